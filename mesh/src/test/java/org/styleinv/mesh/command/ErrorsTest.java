package org.styleinv.mesh.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.broker.BrokerException;
import org.styleinv.broker.EmbeddedBroker;
import org.styleinv.mesh.local.Mesh;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What commands say when they fail. */
class ErrorsTest {
    @Command(name = "styleinv")
    private static final class Failing implements Callable<Integer> {
        private final Throwable failure;

        Failing(Throwable failure) {
            this.failure = failure;
        }

        @Override
        public Integer call() throws Exception {
            if (failure instanceof Exception exception) {
                throw exception;
            }
            throw (Error) failure;
        }
    }

    private static String sentence(Throwable failure) {
        var said = new StringWriter();
        CommandLine command = new CommandLine(new Failing(failure)).setErr(new PrintWriter(said, true));
        assertEquals(2, StyleinvCommand.run(command, new Errors()));
        assertEquals(1, said.toString().lines().count(), said.toString());
        return said.toString();
    }

    @Test
    void whatTakesAllMemoryOrStackIsASentenceAndWrongInput() {
        assertTrue(Errors.sentence(new IOException("No space left on device")).startsWith("a disk is full"));
        assertTrue(sentence(new OutOfMemoryError("Java heap space")).contains("STYLEINV_JAVA_OPTS=-Xmx"));
        assertTrue(sentence(new StackOverflowError()).contains("nested too deeply"));
    }

    @Test
    void anEngineThatCannotBeUnpackedNamesTheFolderAndAWayOut() {
        var engine = new EngineException(
                "Failed to extract PyTorch native library", new AccessDeniedException("/cache/pytorch/tmp1"));
        String said = Errors.sentence(engine);
        assertTrue(said.contains("/cache/pytorch/tmp1: access is denied"), said);
        assertTrue(said.contains("DJL_CACHE_DIR"), said);
        assertEquals(said, Errors.root(new IllegalStateException("no bean", engine)));
    }

    @Test
    void theRootOfAFailureIsMoreThanAPath() {
        String said = Errors.root(new IllegalStateException("no bean", new AccessDeniedException("/cache")));
        assertTrue(said.contains("access to /cache is denied"), said);
    }

    @Test
    void aPathThatLeadsNowhereIsWrongInputAndSaysWhere(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        List<IOException> failures = List.of(
                assertThrows(IOException.class, () -> Files.createDirectories(file)),
                assertThrows(IOException.class, () -> Files.createDirectories(file.resolve("a/b"))),
                assertThrows(IOException.class, () -> Files.newDirectoryStream(file)),
                assertThrows(IOException.class, () -> Files.writeString(file.resolve("a"), "x")));
        for (IOException failure : failures) {
            String said = sentence(failure);
            assertTrue(said.contains(file + " is a file, but a folder is wanted there: name another path"), said);
        }
        Path name = folder.resolve("n".repeat(256));
        String said = sentence(assertThrows(IOException.class, () -> Files.createDirectory(name)));
        assertTrue(said.contains("longer than 255 bytes"), said);
        said = sentence(assertThrows(IOException.class, () -> Files.writeString(folder, "x")));
        assertTrue(said.contains(folder + " is a folder, but a file is wanted there"), said);
    }

    @Test
    void anEmptyNameIsNotTheCurrentFolder() {
        for (List<String> given : List.of(
                List.of("dataset", "check", ""), List.of("model", "verify", " "), List.of("generate", "--model", ""))) {
            assertEquals(2, StyleinvCommand.execute(given.toArray(String[]::new)), given.toString());
        }
    }

    @Test
    void whatABrokerWantsChosenIsSaidAsAnOption(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("data"));
        BrokerException refused = assertThrows(
                BrokerException.class, () -> EmbeddedBroker.start(file.resolve("kafka"), Mesh.BROKER, "localhost", 0));
        String said = Errors.sentence(refused);
        assertTrue(said.endsWith("name one that can be written with --data"), said);
    }

    /** The mesh's own HTTP port, that of an older server, and one that hangs up. */
    @Test
    void aServerThatDoesNotSpeakGrpcIsTold() throws Exception {
        var vertx = Vertx.vertx();
        HttpServer old = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
        old.start();
        try {
            int modern = vertx.createHttpServer()
                    .requestHandler(
                            request -> request.response().setStatusCode(404).end("Resource not found"))
                    .listen(0)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS)
                    .actualPort();
            for (int port : List.of(modern, old.getAddress().getPort())) {
                Run run = Run.of("generate", "--server", "localhost:" + port, "--seed", "1", "--frames", "1");
                assertEquals(1, run.code());
                assertTrue(run.err().contains("does not speak gRPC"), run.err());
                assertEquals(1, run.err().lines().count(), run.err());
            }
        } finally {
            old.stop(0);
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatSteersATerminalIsEscaped() {
        Run run = Run.of("model", "verify", "no\u001b[2Jsuch\nfolder\u202e");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("no\\u001b[2Jsuch\\nfolder\\u202e"), run.err());
        assertFalse(run.err().strip().chars().anyMatch(Character::isISOControl), run.err());
    }
}
