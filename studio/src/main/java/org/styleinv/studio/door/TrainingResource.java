package org.styleinv.studio.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestResponse;
import org.styleinv.proto.wire.StatusText;
import org.styleinv.studio.problem.Problem;
import org.styleinv.studio.request.Query;
import org.styleinv.studio.training.Figures;
import org.styleinv.studio.training.Run;
import org.styleinv.studio.training.RunsFolder;

/** Runs of training, live and ended: figures, pictures and clips. Off unless {@code styleinv.studio.runs} names a folder. */
@Path("/v1/runs")
public class TrainingResource {
    private final RunsFolder runs;

    TrainingResource(RunsFolder runs) {
        this.runs = runs;
    }

    /**
     * The runs there are.
     *
     * @param on whether a folder is named
     */
    public record Runs(boolean on, List<Listed> runs) {}

    /**
     * A run.
     *
     * @param state   live, ended or stopped
     * @param heardMs Unix time of its last figures
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Listed(String run, String state, long heardMs) {}

    /**
     * A run's figures.
     *
     * @param kimg     thousands of images seen, of each point
     * @param rows     figures by name, one or null for each point
     * @param pictures addresses, the newest first
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Looked(
            String run,
            String state,
            long heardMs,
            String stage,
            List<Double> kimg,
            Map<String, List<Double>> rows,
            List<String> pictures,
            List<String> clips) {}

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public RestResponse<Runs> all(@Context UriInfo uri) {
        new Query(uri.getQueryParameters()).end();
        return now(new Runs(
                runs.isOn(),
                runs.all().stream()
                        .map(run -> new Listed(run.name(), run.state().word(), run.heardMs()))
                        .toList()));
    }

    @GET
    @Path("{run}")
    @Produces(MediaType.APPLICATION_JSON)
    public RestResponse<Looked> one(@PathParam("run") String name, @Context UriInfo uri) throws IOException {
        new Query(uri.getQueryParameters()).end();
        Run run = runs.find(name);
        Figures figures = run.figures();
        return now(new Looked(
                run.name(),
                run.state().word(),
                run.heardMs(),
                figures.stage(),
                figures.kimg(),
                figures.rows(),
                addresses(run, run.pictures()),
                addresses(run, run.clips())));
    }

    /** A name may be drawn again, so its time is in the address. */
    private static List<String> addresses(Run run, List<String> files) {
        return files.stream()
                .map(file -> "/v1/runs/" + run.name() + "/" + file + "?at="
                        + run.seen(file)
                                .map(seen -> seen.toFile().lastModified())
                                .orElse(0L))
                .toList();
    }

    @GET
    @Path("{run}/{file: (pictures|clips)/[^/]+}")
    public Response file(@PathParam("run") String name, @PathParam("file") String file, @Context UriInfo uri) {
        Query query = new Query(uri.getQueryParameters());
        query.text("at");
        query.end();
        java.nio.file.Path seen =
                runs.find(name).seen(file).orElseThrow(() -> Problem.of(404, "the run has no " + StatusText.of(file)));
        return Response.ok(seen.toFile())
                .type(file.endsWith(".png") ? "image/png" : "video/mp4")
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }

    private static <T> RestResponse<T> now(T answer) {
        return RestResponse.ResponseBuilder.ok(answer)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
