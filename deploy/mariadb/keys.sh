#!/bin/sh
# Makes the keys of encryption at rest, once: keys.sh FOLDER. What is there already is left alone: without it the tables
# cannot be read. `password` opens `keys.enc`; keep a copy of both where neither the tables nor their backups are.
set -eu
umask 077
folder=$1
mkdir -p "$folder"
if [ -e "$folder/keys.enc" ]; then
    echo "$folder/keys.enc is there already."
    exit 0
fi
openssl rand -hex 128 | tr -d '\n' >"$folder/password"
# 1: tables and logs; 2: what is temporary
printf '1;%s\n2;%s\n' "$(openssl rand -hex 32)" "$(openssl rand -hex 32)" |
    openssl enc -aes-256-cbc -md sha1 -pass "file:$folder/password" -out "$folder/keys.enc" 2>/dev/null
echo "Made $folder/keys.enc and $folder/password."
