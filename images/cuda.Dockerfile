# One of the applications on libtorch for CUDA 12.8, for GPU nodes. NOBODY HAS BUILT OR RUN THIS YET: no machine of the project's has had
# a registry and a GPU. Build in the checkout's root, after "mvn -B -Dmaven.test.skip=true package":
#   docker build -f images/cuda.Dockerfile --build-arg APPLICATION=decoder-service -t styleinv/decoder-service:0.1.0-cuda .
# and so motion-service, and mesh for training. What is not libtorch's is as in the images of recipes.yaml (CudaDockerfileTest).
# Both bases are pinned by digest, as others who use these tags have pinned them in public; the digests were not fetched here.

FROM eclipse-temurin:17.0.15_6-jre-jammy@sha256:79d24d4b2916965947491f60bcb350ffd8a63fcf81accafa023135cc6a3279fc AS java

# libtorch has to be the version that DJL's native code was built for: libtorch.version of pom.xml.
FROM pytorch/pytorch:2.7.1-cuda12.8-cudnn9-runtime@sha256:c16f4c749e2d9e96878875cdf6cc45cddda1d1a36fddd371dd6f2360f1b6e2a2
ARG APPLICATION=decoder-service
COPY --from=java /opt/java/openjdk /java
COPY --chmod=0555 ${APPLICATION}/target/quarkus-app /app
COPY images/recipes.yaml images/natives.py /tmp/

# Where this Python has libtorch and CUDA's runtime, under names that do not change; DJL's native code for CUDA beside libtorch, and the
# other natives, unpacked, so that a start unpacks nothing and the root may be read-only.
RUN mkdir /natives \
 && ln -s "$(python -c 'import os, torch; print(os.path.dirname(torch.__file__))')/lib" /natives/torch \
 && ln -s "$(python -c 'import nvidia.cuda_runtime as cuda; print(list(cuda.__path__)[0])')/lib" /natives/cudart \
 && python /tmp/natives.py /tmp/recipes.yaml /app / cu128 \
 && rm /tmp/recipes.yaml /tmp/natives.py

ENV LC_ALL=C.UTF-8 \
    OMP_WAIT_POLICY=PASSIVE \
    MALLOC_ARENA_MAX=2 \
    LD_LIBRARY_PATH=/natives/cudart \
    PYTORCH_LIBRARY_PATH=/natives/torch \
    PYTORCH_VERSION=2.7.1 \
    PYTORCH_FLAVOR=cu128 \
    DJL_CACHE_DIR=/tmp/djl \
    JDK_JAVA_OPTIONS="-Xmx512m -Dai.djl.pytorch.num_interop_threads=1" \
    QUARKUS_HTTP_HOST=0.0.0.0 \
    QUARKUS_GRPC_SERVER_HOST=0.0.0.0

WORKDIR /app
USER 10001
EXPOSE 8080 9000
ENTRYPOINT ["/java/bin/java", "-Djava.awt.headless=true", "-Djava.library.path=/natives/javacpp", "-Dorg.bytedeco.javacpp.pathsFirst=true", "-Dorg.bytedeco.javacpp.cacheLibraries=false", "-Djna.boot.library.path=/natives/jna", "-Djna.nounpack=true", "-jar", "/app/quarkus-run.jar"]
