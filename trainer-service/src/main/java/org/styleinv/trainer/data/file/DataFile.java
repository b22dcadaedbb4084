package org.styleinv.trainer.data.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** A file of the data, on the disk or packed in a ZIP. */
public interface DataFile {
    /** By which people know it; below the name of its ZIP where it is packed. */
    Path path();

    /** Where it lies below the top folder. */
    Path place();

    /** In bytes. */
    long size();

    /** When it was changed last. */
    FileTime modified();

    /** Its content. */
    InputStream open() throws IOException;

    /** The same as a file that any library can open by its name. */
    Local local() throws IOException;

    /** The file's own name. */
    default String name() {
        return place().getFileName().toString();
    }

    /** A file on the disk that is there until this is closed. */
    interface Local extends AutoCloseable {
        Path path();

        @Override
        void close() throws IOException;
    }
}
