#!/bin/sh
# Lays Elasticsearch out for Meridian's logs: install.sh https://search.clinic.example:9200 CURL-CONFIG [CA]
# CURL-CONFIG is a file for curl with `user = "elastic:…"`, which nobody else can read; a password does not belong on a
# command line. Safe to run again. The password of meridian_log is asked for on the standard input.
set -eu
address=$1
config=$2
ca=${3:-/etc/meridian-log/ca.pem}
here=$(dirname "$0")
put() {
    curl --fail --silent --show-error --config "$config" --cacert "$ca" --request PUT "$address/$1" \
        --header 'Content-Type: application/json' --data-binary "@$2" >/dev/null
    echo "Put $1."
}
put _ilm/policy/meridian-six-years "$here/lifecycle-six-years.json"
put _ilm/policy/meridian-usual "$here/lifecycle-usual.json"
put _component_template/meridian "$here/component-meridian.json"
put _index_template/meridian-auth "$here/template-auth.json"
put _index_template/meridian "$here/template-usual.json"
put _security/role/meridian_log "$here/role-writer.json"
put _security/role/meridian_reader "$here/role-reader.json"
printf 'Password of meridian_log: ' >&2
read -r password
printf '{"roles":["meridian_log"],"password":"%s"}' "$password" | put _security/user/meridian_log -
