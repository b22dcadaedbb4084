#!/bin/sh
# frames.sh URL COUNT DIR: the first frames of seed 7 as files, with curl alone. Any frame has an address.
set -eu
mkdir -p "$3"
i=0
while [ "$i" -lt "$2" ]; do
  curl -sSfL -o "$3/$i.png" "$1/v1/frames/$i.png?seed=7"
  i=$((i + 1))
done
