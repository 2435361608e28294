-- The accounts of Meridian's database, each with what it does and no more: `meridian secret fill` puts the passwords in,
-- and `mariadb <users.sql` is run as root on the machine itself.
CREATE DATABASE IF NOT EXISTS meridian CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Meridian itself: data, and tables when it is upgraded; only by TLS
CREATE USER IF NOT EXISTS 'meridian'@'%' IDENTIFIED BY '@secret:mariadb/password@' REQUIRE SSL;
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON meridian.* TO 'meridian'@'%';

-- its backups: to read everything, and where the binlog stands; on the machine itself
CREATE USER IF NOT EXISTS 'meridian_backup'@'localhost' IDENTIFIED BY '@secret:mariadb/backup-password@';
GRANT RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR, REPLICATION SLAVE ON *.* TO 'meridian_backup'@'localhost';
