"""frames.py URL COUNT DIR: the first frames of seed 7 as files, read from one stream with Python alone."""
import os
import sys
import urllib.request

url, count, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
os.makedirs(folder, exist_ok=True)
with urllib.request.urlopen(f"{url}/v1/streams.mjpeg?seed=7&frames={count}&pace=fast", timeout=60) as stream:
    stream.readline()  # the first boundary
    for _ in range(count):
        head = {}
        while (line := stream.readline().strip()):
            name, value = line.split(b":", 1)
            head[name.lower()] = int(value) if value.strip().isdigit() else value
        with open(f"{folder}/{head[b'x-frame-index']}.jpg", "wb") as file:
            file.write(stream.read(head[b"content-length"]))
        stream.readline()  # the end of the part
        stream.readline()  # the next boundary
