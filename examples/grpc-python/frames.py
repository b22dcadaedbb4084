"""frames.py HOST:PORT COUNT DIR: the first frames of seed 7 as files, by gRPC.

    pip install grpcio grpcio-tools
    python -m grpc_tools.protoc -I ../../proto/src/main/proto --python_out=. --grpc_python_out=. styleinv/v1/{motion,media}.proto
"""
import os
import sys

import grpc
from styleinv.v1 import media_pb2, motion_pb2, motion_pb2_grpc

address, count, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
os.makedirs(folder, exist_ok=True)
with grpc.insecure_channel(address, [("grpc.max_receive_message_length", 16 << 20)]) as channel:
    request = motion_pb2.GenerateRequest(seed=7, frame_count=count, encoding=media_pb2.PNG)
    for frame in motion_pb2_grpc.MotionStub(channel).GenerateStream(request):
        with open(f"{folder}/{frame.index}.png", "wb") as file:
            file.write(frame.image.data)
