package org.styleinv.studio.page;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.styleinv.studio.problem.Problem;

/** The page and its files. A browser asks each time whether they have changed. */
@Path("/")
@NonBlocking
public class PageResource {
    private final PageFiles files;

    PageResource(PageFiles files) {
        this.files = files;
    }

    @GET
    @Operation(hidden = true)
    public Response page(@HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known) {
        return file(PageFiles.INDEX, known);
    }

    /** The tab of training. */
    @GET
    @Path("training")
    @Operation(hidden = true)
    public Response training(@HeaderParam(HttpHeaders.IF_NONE_MATCH) String known) {
        return file("training.html", known);
    }

    @GET
    @Path("page/{name: .+}")
    @Operation(hidden = true)
    public Response file(
            @PathParam("name") String name, @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known) {
        PageFiles.PageFile file =
                files.find(name).orElseThrow(() -> Problem.of(404, "the page has no such file; it begins at /"));
        boolean same = known != null && known.contains(file.tag());
        Response.ResponseBuilder answer = same ? Response.notModified() : Response.ok(file.bytes(), file.type());
        return answer.header(HttpHeaders.ETAG, file.tag())
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }
}
