package org.styleinv.studio.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Clock;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Films the page of a mesh that is {@code up}, for the README; CONTRIBUTING.md has the command. What is filmed is real, but
 * for its clock: that stands still while a frame is on its way, so the film is that of a machine that keeps up.
 */
@EnabledIfSystemProperty(named = "film.of", matches = "http.*")
@Timeout(400)
class PageFilm {
    private static final int FPS = 8;
    private static final int STEP_MS = 25; // of the page's clock; a picture of the film is five
    private static final long PAUSE_MS = 600_000; // a time that has not come when the page is there
    private static final double SMALLER = 2 / 3.0;
    private static final int WIDTH = 900; // the page's pixels
    private static final int HEIGHT = 608;

    private final List<byte[]> shots = new ArrayList<>();

    @Test
    void theReadmesPicture() throws Exception {
        setDefaultAssertionTimeout(60_000);
        try (var chromium = new Chromium()) {
            Page page = chromium.browser()
                    .newContext(new Browser.NewContextOptions()
                            .setViewportSize(WIDTH, HEIGHT)
                            .setDeviceScaleFactor(SMALLER))
                    .newPage();
            page.setDefaultTimeout(60_000);
            page.clock().install(new Clock.InstallOptions().setTime(0));
            page.navigate(System.getProperty("film.of") + "#tile=seed.7.0");
            page.clock().pauseAt(PAUSE_MS);
            play(page, 1000);
            film(page, 1500);
            page.locator("studio-source .choose")
                    .setInputFiles(Path.of("../mesh/src/main/resources/org/styleinv/mesh/face.png"));
            assertThat(page.getByAltText("The face that the model found")).isVisible();
            film(page, 2500);
            page.locator("studio-looks .over").fill("30");
            press(page, "sketch");
            film(page, 2000);
            press(page, "base");
            film(page, 1000);
            press(page, "Nine faces");
            assertThat(page.locator("studio-stage canvas")).hasCount(9);
            film(page, 2000);
        }
        write(Path.of(System.getProperty("film.to", "target/film")));
    }

    private static void press(Page page, String button) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
        page.evaluate("() => scrollTo(0, 0)"); // a button that is out of sight was gone to
    }

    /** Lets the page's clock go on, and with it the frames that are due. */
    private static void play(Page page, long millis) throws InterruptedException {
        for (long at = 0; at < millis; at += STEP_MS) {
            while (!(boolean)
                    page.evaluate("() => import('/page/show/show.js').then(({show}) => show.player.ready())")) {
                TimeUnit.MILLISECONDS.sleep(5); // the page's clock has no time for it
            }
            page.clock().runFor(STEP_MS);
        }
    }

    private void film(Page page, long millis) throws InterruptedException {
        var how = new Page.ScreenshotOptions().setAnimations(ScreenshotAnimations.ALLOW);
        for (long at = 0; at < millis; at += 1000 / FPS) {
            play(page, 1000 / FPS);
            shots.add(page.screenshot(how));
        }
    }

    private void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < shots.size(); i++) {
            Files.write(folder.resolve(String.format(Locale.ROOT, "%03d.png", i)), shots.get(i));
        }
    }
}
