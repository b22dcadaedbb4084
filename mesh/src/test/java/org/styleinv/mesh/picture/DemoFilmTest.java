package org.styleinv.mesh.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.wire.VariantSchedule;

class DemoFilmTest {
    private static final List<Float> W0 = List.of(1f, 2f);

    @Test
    void tenSecondsAtTheModelsRate() {
        assertEquals(240, new DemoFilm(null, 24, List.of()).frames());
        assertEquals(300, new DemoFilm(null, 0, List.of()).frames());
        assertEquals(7, new DemoFilm(7, 24, List.of()).frames());
    }

    /** Whatever number is asked for, the video has it, and the second half shows frames of the first. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 2", "9, 2", "240, 2", "100000, 2"})
    void theHalvesAreTheFramesAskedFor(int frames, int streams) {
        DemoFilm film = new DemoFilm(frames, 24, List.of("flat", "night"));
        List<GenerateRequest> requests = film.requests(W0, 5);
        assertEquals(streams, requests.size());
        assertEquals(
                frames,
                requests.stream().mapToLong(GenerateRequest::getFrameCount).sum());
        for (GenerateRequest request : requests) {
            assertEquals(W0, request.getW0().getValuesList());
            assertEquals(5, request.getMotionSeed());
            assertEquals(0, request.getFirstIndex());
            assertTrue(request.getFrameCount() <= requests.get(0).getFrameCount());
            VariantSchedule.parse(request.getVariant());
        }
        assertEquals(streams == 1 ? List.of("base") : List.of("base", "flat"), film.topics());
        assertTrue((requests.get(0).getFrameCount() - 1) / film.every(6) < 6, "one row of the sheet");
    }

    @Test
    void withoutAVariantThereIsOneStream() {
        DemoFilm film = new DemoFilm(50, 24, List.of());
        assertEquals(1, film.requests(W0, 0).size());
        assertEquals(50, film.requests(W0, 0).get(0).getFrameCount());
        assertEquals(List.of("base"), film.topics());
    }
}
