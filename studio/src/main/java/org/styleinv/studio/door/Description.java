package org.styleinv.studio.door;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/**
 * Adds to the description at {@code /q/openapi} what the methods do not say of themselves: the parameters, which {@code
 * request} takes by name, and the problems. A test holds its names to those that are taken.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class Description implements OASFilter {
    private static final Parameter MODEL = parameter(
            "model",
            Schema.SchemaType.STRING,
            "Digest of the model that the address is for; another than is served is 404.");

    private static final List<Parameter> VIDEO = List.of(
            parameter("seed", Schema.SchemaType.INTEGER, "Which face; this or face. 64 bits."),
            parameter("face", Schema.SchemaType.STRING, "Which face: an id that POST /v1/faces gave; this or seed."),
            parameter("motion_seed", Schema.SchemaType.INTEGER, "Which motion; 0 (default). 64 bits."),
            parameter(
                    "motion_stride",
                    Schema.SchemaType.INTEGER,
                    "The motion network makes the latents of this number's multiples, those between lie straight between them: 1 (default) to 16."),
            parameter(
                    "variant",
                    Schema.SchemaType.STRING,
                    "Who paints; base (default). A name, or a schedule by frame index, as base,sketch@150+60,base@400, or a mixture, as base~0.4~sketch."),
            parameter(
                    "time_step",
                    Schema.SchemaType.NUMBER,
                    "Trained frames per frame, 2^-20 to 1024; 1 (default), 0.5 = slow motion, below 0 = backwards."),
            parameter("truncation_psi", Schema.SchemaType.NUMBER, "For a seed: -2 to 2; 1 (default) = off."),
            parameter(
                    "edits",
                    Schema.SchemaType.STRING,
                    "Changes along directions, NAME:STRENGTH with / between several, as smile:1.5/age:0,2@150+60; strengths are -10 to 10, or a schedule by frame index."),
            parameter(
                    "mix_seed",
                    Schema.SchemaType.INTEGER,
                    "Another face whose layers every frame has, by its seed; this or mix_face, or none (default). 64 bits."),
            parameter("mix_face", Schema.SchemaType.STRING, "The same by an id that POST /v1/faces gave."),
            parameter(
                    "mix_from",
                    Schema.SchemaType.INTEGER,
                    "The first resolution whose layers are the other face's, pixels: 8, 16 (default) ... up to the model's."),
            parameter("noise", Schema.SchemaType.STRING, "const (default), none or random."),
            parameter("noise_seed", Schema.SchemaType.INTEGER, "For noise=random; 0 (default). 64 bits."),
            MODEL);

    private static final List<Parameter> STRETCH = List.of(
            parameter("first_index", Schema.SchemaType.INTEGER, "Index of the first frame, 0 (default) to 2^53."),
            parameter(
                    "frames",
                    Schema.SchemaType.INTEGER,
                    "How many frames; 0 (default, but for a playlist) = without end."),
            parameter("fps", Schema.SchemaType.NUMBER, "Frames a second, 0.001 to 1000; 30 (default)."),
            parameter("pace", Schema.SchemaType.STRING, "real_time (default) or fast."));

    private static final List<Parameter> FACE = List.of(
            parameter(
                    "aligned",
                    Schema.SchemaType.BOOLEAN,
                    "Whether the picture is already the square crop that the model was trained on; false (default): its centre is cut out."));

    private static final Map<Integer, String> PROBLEMS =
            new TreeMap<>(Map.of( // in order, so that each build writes the same
                    400, "A parameter is wrong; the sentence says what it got and what it wants.",
                    404, "There is no such thing, or the model of the address is not served.",
                    429, "There is no room; Retry-After says when to ask again.",
                    503, "The mesh is away."));

    @Override
    public void filterOpenAPI(OpenAPI api) {
        api.getPaths().getPathItems().forEach((path, item) -> {
            if (path.startsWith("/v1/")) {
                item.getOperations().forEach((method, operation) -> describe(path, method, operation));
            }
        });
    }

    private static void describe(String path, PathItem.HttpMethod method, Operation operation) {
        boolean stretch =
                path.startsWith("/v1/streams") || path.startsWith("/v1/segments") || method == PathItem.HttpMethod.PUT;
        if (stretch || path.startsWith("/v1/frames")) {
            VIDEO.forEach(operation::addParameter);
        }
        if (stretch) {
            STRETCH.forEach(operation::addParameter);
        }
        if (method == PathItem.HttpMethod.POST) {
            FACE.forEach(operation::addParameter);
            operation.setRequestBody(OASFactory.createRequestBody()
                    .required(true)
                    .description(
                            "The bytes of a picture: PNG, JPEG, WebP, TIFF, BMP or GIF; or a form with one as its first file.")
                    .content(OASFactory.createContent()
                            .addMediaType(
                                    "*/*",
                                    OASFactory.createMediaType()
                                            .schema(OASFactory.createSchema()
                                                    .addType(Schema.SchemaType.STRING)
                                                    .format("binary")))));
        }
        PROBLEMS.forEach((status, what) -> operation
                .getResponses()
                .addAPIResponse(
                        Integer.toString(status),
                        OASFactory.createAPIResponse()
                                .description(what)
                                .content(OASFactory.createContent()
                                        .addMediaType("application/problem+json", OASFactory.createMediaType()))));
    }

    private static Parameter parameter(String name, Schema.SchemaType type, String what) {
        Schema schema = OASFactory.createSchema().addType(type);
        return OASFactory.createParameter()
                .name(name)
                .in(Parameter.In.QUERY)
                .description(what)
                .schema(type == Schema.SchemaType.INTEGER ? schema.format("int64") : schema);
    }
}
