-- The account of Meridian's database, with what Meridian does and no more: `meridian secret fill` puts the password in,
-- and `mariadb <users.sql` is run as root on the machine itself. Backups are taken with it too, row by row.
CREATE DATABASE IF NOT EXISTS meridian CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- Meridian itself: data, and tables when it is upgraded; only by TLS
CREATE USER IF NOT EXISTS 'meridian'@'%' IDENTIFIED BY '@secret:mariadb/password@' REQUIRE SSL;
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON meridian.* TO 'meridian'@'%';
