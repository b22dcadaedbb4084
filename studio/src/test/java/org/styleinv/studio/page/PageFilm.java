package org.styleinv.studio.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.styleinv.video.VideoForm;
import org.styleinv.video.VideoWriter;

/**
 * Films the page of a mesh that is {@code up}, for the README; CONTRIBUTING.md has the command. What is filmed runs by the
 * clock: a picture of the page is taken as often as the machine can, and each moment of the film shows the newest.
 */
@EnabledIfSystemProperty(named = "film.of", matches = "http.*")
@Timeout(240)
class PageFilm {
    private static final double FPS = 10;
    private static final int WIDTH = 900;
    private static final int HEIGHT = 610;

    private final List<byte[]> shots = new ArrayList<>();
    private final List<Long> times = new ArrayList<>(); // milliseconds of the film
    private long filmed; // milliseconds, until now

    @Test
    void theReadmesPicture() throws IOException {
        setDefaultAssertionTimeout(60_000);
        try (var chromium = new Chromium()) {
            Page page = chromium.browser()
                    .newContext(new Browser.NewContextOptions().setViewportSize(WIDTH, HEIGHT))
                    .newPage();
            page.setDefaultTimeout(60_000);
            page.navigate(System.getProperty("film.of") + "#tile=seed.7.0");
            moves(page);
            film(page, 1500);
            page.locator("studio-source .choose")
                    .setInputFiles(Path.of("../mesh/src/main/resources/org/styleinv/mesh/face.png"));
            assertThat(page.getByAltText("The face that the model found")).isVisible();
            moves(page);
            film(page, 3000);
            page.locator("studio-looks .over").fill("30");
            press(page, "sketch");
            film(page, 2500);
            press(page, "base");
            film(page, 1500);
            press(page, "Nine faces");
            assertThat(page.locator("studio-stage canvas")).hasCount(9);
            moves(page);
            film(page, 3000);
        }
        write(Path.of(System.getProperty("film.to", "target/page.webp")));
    }

    private static void press(Page page, String button) {
        page.getByText(button, new Page.GetByTextOptions().setExact(true)).click();
    }

    private static void moves(Page page) {
        Locator status = page.locator("[role=status]").first();
        assertThat(status).containsText(Pattern.compile("Moving"));
        page.waitForFunction(
                "() => [...document.querySelectorAll('studio-stage canvas')].every(one => one.dataset.drawn > 9)");
    }

    private void film(Page page, long millis) {
        var how = new Page.ScreenshotOptions().setAnimations(ScreenshotAnimations.ALLOW);
        long began = System.nanoTime();
        for (long at = 0; at < millis; at = (System.nanoTime() - began) / 1_000_000) {
            shots.add(page.screenshot(how));
            times.add(filmed + at);
        }
        filmed += millis;
    }

    private void write(Path file) throws IOException {
        Files.deleteIfExists(file);
        try (var video = new VideoWriter(file, VideoForm.WEBP, WIDTH, HEIGHT, FPS)) {
            int shot = 0;
            for (long at = 0; at < filmed; at += Math.round(1000 / FPS)) {
                while (shot + 1 < shots.size() && times.get(shot + 1) <= at) {
                    shot++;
                }
                video.write(rgb(shots.get(shot)));
            }
        }
        System.out.printf(
                "%s: %d bytes of %d pictures, %.1f s%n", file, Files.size(file), shots.size(), filmed / 1000.0);
        assertTrue(Files.size(file) < 900_000, "the film is too large for a README: " + Files.size(file));
        assertTrue(shots.size() > filmed / 1000 * 4, "the machine was too slow: " + shots.size() + " pictures");
    }

    private static byte[] rgb(byte[] png) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        int i = 0;
        for (int pixel : image.getRGB(0, 0, WIDTH, HEIGHT, null, 0, WIDTH)) {
            rgb[i++] = (byte) (pixel >> 16);
            rgb[i++] = (byte) (pixel >> 8);
            rgb[i++] = (byte) pixel;
        }
        return rgb;
    }
}
