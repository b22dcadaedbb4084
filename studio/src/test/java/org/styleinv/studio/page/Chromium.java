package org.styleinv.studio.page;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The Chromium of this machine, named by {@code -Dchromium=}; nothing is downloaded. */
final class Chromium implements AutoCloseable {
    private final Playwright playwright;
    private final Browser browser;

    Chromium() {
        Path path = Path.of(System.getProperty("chromium", "/usr/bin/chromium"));
        assumeTrue(Files.isExecutable(path), "there is no Chromium at " + path + ": -Dchromium= names one");
        assumeTrue(
                Chromium.class.getResource("/driver/linux/node") != null
                        || Chromium.class.getResource("/driver/mac/node") != null,
                "Playwright's driver is on the class path with -Pbrowser alone");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(path)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--use-fake-ui-for-media-stream",
                                "--use-fake-device-for-media-stream")));
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
