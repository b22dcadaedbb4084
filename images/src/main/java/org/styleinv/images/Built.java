package org.styleinv.images;

/**
 * An image that was written.
 *
 * @param name   of the application or model, such as {@code decoder-service}
 * @param image  with its tag, as manifests name it
 * @param digest of the manifest, as a registry names it: {@code sha256:...}
 * @param id     of the configuration, as an engine of containers names it: {@code sha256:...}
 * @param tar    the file, beside {@code images.json}
 * @param bytes  of that file; layers are compressed in it
 */
record Built(String name, String image, String digest, String id, String tar, long bytes) {}
