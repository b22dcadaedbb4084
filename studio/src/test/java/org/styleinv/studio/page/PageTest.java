package org.styleinv.studio.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.proto.Edit;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Mix;
import org.styleinv.studio.FakeMesh;
import org.styleinv.studio.FakePort;

/** The page in a real browser, before a mesh that paints gradients: what they show is known for every frame. */
@QuarkusTest
@QuarkusTestResource(FakePort.class)
@Tag("browser")
@Timeout(300)
class PageTest {
    private static final String CANVAS = "studio-stage canvas";
    /** What a browser says where a test takes its server or its network away. */
    private static final Pattern LOST = Pattern.compile("ERR_(CONNECTION|INTERNET_DISCONNECTED|NETWORK)|WebSocket");

    private static final Pattern MOVING = Pattern.compile("Moving");

    private static Chromium chromium;

    @TestHTTPResource
    URI base;

    @Inject
    FakeMesh mesh;

    private final List<String> errors = new ArrayList<>();
    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void launch() {
        chromium = new Chromium();
        setDefaultAssertionTimeout(60_000);
    }

    @AfterAll
    static void quit() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void open() {
        open(new Browser.NewContextOptions());
    }

    private void open(Browser.NewContextOptions options) {
        if (context != null) {
            context.close();
        }
        context = chromium.browser().newContext(options.setAcceptDownloads(true));
        context.setDefaultTimeout(60_000);
        page = context.newPage();
        page.onConsoleMessage(message -> {
            boolean expected = LOST.matcher(message.text()).find();
            if (message.type().equals("error") && !expected) {
                errors.add(message.text());
            }
        });
        page.onPageError(errors::add);
    }

    /** Nothing went wrong in the page, and its policy kept nothing of it back. */
    @AfterEach
    void close() {
        context.close();
        assertEquals(List.of(), errors);
    }

    private void go(String fragment) {
        page.navigate(base.resolve("/" + fragment).toString());
    }

    private void moves() {
        assertThat(page.getByRole(com.microsoft.playwright.options.AriaRole.STATUS)
                        .first())
                .containsText(MOVING);
    }

    /** Red, green and blue of a pixel of a face. */
    private List<Integer> pixel(int face, int x, int y) {
        Object seen = page.evaluate(
                "([face, x, y]) => [...document.querySelectorAll('" + CANVAS
                        + "')[face].getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3)",
                List.of(face, x, y));
        return ((List<?>) seen).stream().map(one -> ((Number) one).intValue()).toList();
    }

    private void waitForPixel(int face, GenerateRequest request, long index) {
        waitForPixel(face, request, number -> number == index);
    }

    /** Of the frame whose number stands beside it at that moment. */
    private void waitForPixel(int face, GenerateRequest request) {
        waitForPixel(face, request, number -> true);
    }

    private void waitForPixel(int face, GenerateRequest request, LongPredicate which) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        List<Long> seen = List.of();
        while (seen.isEmpty() || !which.test(seen.get(0)) || !like(request, seen)) {
            assertTrue(System.nanoTime() < end, "number and pixel are " + seen + ", not those of " + request);
            Object found = page.evaluate(
                    "face => { const c = document.querySelectorAll('" + CANVAS
                            + "')[face]; if (!c || c.width !== " + FakeMesh.SIDE + ") return [];"
                            + " return [Number(document.querySelector('studio-transport input').value),"
                            + " ...c.getContext('2d').getImageData(9, 5, 1, 1).data]; }",
                    face);
            seen = ((List<?>) found)
                    .stream().map(one -> ((Number) one).longValue()).toList();
        }
    }

    /** Whether red, green and blue behind a number are nearly those of its frame. */
    private static boolean like(GenerateRequest request, List<Long> seen) {
        byte[] rgb = FakeMesh.rgb(request, seen.get(0));
        int at = 3 * (5 * FakeMesh.SIDE + 9);
        return IntStream.range(0, 3).allMatch(i -> Math.abs((rgb[at + i] & 255) - seen.get(1 + i)) < 25);
    }

    private static GenerateRequest seed(long seed) {
        return GenerateRequest.newBuilder().setSeed(seed).build();
    }

    private long index() {
        return Long.parseLong(page.locator("studio-transport input").inputValue());
    }

    private Locator button(String name) {
        return page.getByRole(
                com.microsoft.playwright.options.AriaRole.BUTTON,
                new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private void pause() {
        button("Pause").click();
        assertThat(button("Play")).isVisible();
    }

    @Test
    void theHeadMovesAtOnce() {
        go("");
        moves();
        List<Integer> before = pixel(0, 9, 5);
        page.waitForFunction(
                "before => { const c = document.querySelector('" + CANVAS
                        + "'); return [...c.getContext('2d').getImageData(9, 5, 1, 1).data].slice(0, 3).join() !== before; }",
                String.join(",", before.stream().map(String::valueOf).toList()));
        page.waitForFunction("() => Number(document.querySelector('studio-transport input').value) > 40");
    }

    @Test
    void framesAreThoseOfTheLink() {
        go("#tile=seed.9.0&at=1234");
        moves();
        pause();
        waitForPixel(0, seed(9));
        assertTrue(index() >= 1234, "frame " + index());
    }

    @Test
    void aPictureBecomesAMovingFace() {
        go("");
        moves();
        byte[] png = FakeMesh.picture(FakeMesh.rgb(seed(3), 0), "png");
        page.locator("studio-source .choose").setInputFiles(new FilePayload("me.png", "image/png", png));
        assertThat(page.getByAltText("The part of your picture that was used")).isVisible();
        assertThat(page.getByAltText("The face that the model found")).isVisible();
        assertThat(page.getByText("21.5 dB")).isVisible();
        page.waitForFunction("() => location.hash.includes('tile=face.1')");
        moves();
    }

    @Test
    void aPictureThatIsNoneIsRefusedWithTheMeshsSentence() {
        go("");
        moves();
        page.locator("studio-source .choose")
                .setInputFiles(new FilePayload(
                        "me.svg",
                        "image/svg+xml",
                        "<svg onload='alert(1)'/>".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(page.getByText("image.data is no picture")).isVisible();
        errors.removeIf(error -> error.contains("400")); // Chromium notes it
        moves();
    }

    @Test
    void aPictureIsPastedAndDropped() {
        go("");
        moves();
        String put = "kind => fetch('/v1/frames/0.png?seed=3').then(answer => answer.blob()).then(blob => {"
                + " const data = new DataTransfer(); data.items.add(new File([blob], 'me.png', {type: 'image/png'}));"
                + " dispatchEvent(kind === 'paste' ? new ClipboardEvent('paste', {clipboardData: data})"
                + " : new DragEvent('drop', {dataTransfer: data, cancelable: true})); })";
        page.evaluate(put, "paste");
        page.waitForFunction("() => location.hash.includes('tile=face.1')");
        go("#tile=seed.8.0");
        page.reload();
        moves();
        page.evaluate(put, "drop");
        page.waitForFunction("() => location.hash.includes('tile=face.1')");
    }

    @Test
    void aPhotographIsTaken() {
        go("");
        moves();
        button("Photograph").click();
        page.waitForFunction("() => document.querySelector('dialog video').videoWidth > 0");
        button("Take").click();
        page.waitForFunction("() => location.hash.includes('tile=face.1')");
        assertThat(page.locator("dialog")).isHidden();
    }

    @Test
    void goesAnywhere() {
        go("");
        moves();
        pause();
        Locator number = page.locator("studio-transport input");
        number.fill("999999999990");
        number.press("Enter");
        waitForPixel(0, seed(7), 999_999_999_990L);
        page.waitForFunction("() => location.hash.includes('at=999999999990')");
        button("One frame on").click();
        waitForPixel(0, seed(7), 999_999_999_991L);
        button("One frame back").click();
        button("One frame back").click();
        waitForPixel(0, seed(7), 999_999_999_989L);
    }

    @Test
    void stepsThatComeTogetherAllCount() {
        go("#tile=seed.7.0&at=100");
        moves();
        pause();
        long index = index();
        page.evaluate("() => { const buttons = [...document.querySelectorAll('studio-transport button')];"
                + " const on = buttons.find(one => one.ariaLabel === 'One frame on');"
                + " const back = buttons.find(one => one.ariaLabel === 'One frame back');"
                + " [on, on, on, on, back].forEach(one => one.click()); }");
        waitForPixel(0, seed(7), index + 3);
    }

    @Test
    void theTimelineIsDraggedAndHasThumbnails() {
        go("#tile=seed.7.0&at=300");
        moves();
        pause();
        Locator strip =
                page.getByRole(com.microsoft.playwright.options.AriaRole.SLIDER).first();
        assertThat(strip.locator("img")).hasCount(8);
        page.waitForFunction(
                "() => [...document.querySelectorAll('.strip img')].every(img => img.complete && img.naturalWidth === 32)");
        var box = strip.boundingBox();
        page.mouse().move(box.x + box.width * 0.5, box.y + 30);
        page.mouse().down();
        page.mouse()
                .move(
                        box.x + box.width * 0.9,
                        box.y + 30,
                        new com.microsoft.playwright.Mouse.MoveOptions().setSteps(12));
        page.mouse().up();
        page.waitForFunction(
                "() => Math.abs(Number(document.querySelector('studio-transport input').value) - 540) < 20");
        long index = index();
        waitForPixel(0, seed(7), index);
        for (int zoom = 0; zoom < 10; zoom++) {
            button("Zoom out").click();
        }
        assertThat(page.locator("studio-timeline .span")).hasText("1,000,000,000,000 frames");
        box = strip.boundingBox();
        page.mouse().click(box.x + box.width * 0.5, box.y + 30);
        page.waitForFunction("() => Number(document.querySelector('studio-transport input').value) > 4e11");
        waitForPixel(0, seed(7));
    }

    @Test
    void theKeyboardDoesItAll() {
        go("#tile=seed.7.0&at=100");
        moves();
        page.keyboard().press("Space");
        assertThat(button("Play")).isVisible();
        long index = index();
        page.keyboard().press("ArrowRight");
        waitForPixel(0, seed(7), index + 1);
        page.keyboard().press("Shift+ArrowLeft");
        page.waitForFunction(
                "want => Number(document.querySelector('studio-transport input').value) === want", (int) index - 29);
        page.keyboard().press("Home");
        page.waitForFunction("() => Number(document.querySelector('studio-transport input').value) === 0");
        page.keyboard().press("Space");
        moves();
    }

    @Test
    void runsBackwardsToTheBeginningAndSlowly() {
        go("#tile=seed.7.0&at=60");
        moves();
        button("Backwards").click();
        assertThat(button("Play")).isVisible(); // it is at its beginning, and has ended
        assertEquals(0, index());
        button("Backwards").click();
        page.locator("studio-transport select").selectOption("0.25");
        page.waitForFunction("() => location.hash.includes('step=0.25')");
        button("Play").click();
        moves();
        page.waitForFunction("() => Number(document.querySelector('studio-transport input').value) > 10");
        pause();
        waitForPixel(
                0, GenerateRequest.newBuilder().setSeed(7).setTimeStep(0.25).build());
    }

    @Test
    void fadesToAnotherLook() {
        go("#tile=seed.7.0&at=200");
        moves();
        pause();
        long index = index();
        page.locator("studio-looks .over").fill("30");
        button("sketch").click();
        page.waitForFunction(
                "want => decodeURIComponent(location.hash).includes(want)", "looks=base,sketch@" + index + "+30");
        assertThat(button("sketch")).hasAttribute("aria-pressed", "true");
        button("Play").click();
        page.waitForFunction(
                "want => Number(document.querySelector('studio-transport input').value) > want", (int) index + 31);
        pause();
        waitForPixel(
                0, GenerateRequest.newBuilder().setSeed(7).setVariant("sketch").build());
    }

    @Test
    void looksAreMixed() {
        go("#tile=seed.7.0&at=200");
        moves();
        pause();
        page.locator("studio-looks input[data-name=sketch]").fill("0.4");
        page.locator("studio-looks input[data-name=sketch]").dispatchEvent("change");
        page.waitForFunction(
                "() => location.hash.includes('looks=base%7E0.4%7Esketch') || location.hash.includes('looks=base~0.4~sketch')");
        waitForPixel(0, mixture());
        page.reload();
        waitForPixel(0, mixture());
        assertThat(page.locator("studio-looks input[data-name=sketch]")).hasValue("0.4");
        button("sketch").click();
        page.waitForFunction("() => location.hash.includes('looks=sketch')");
    }

    private static GenerateRequest mixture() {
        return GenerateRequest.newBuilder()
                .setSeed(7)
                .setVariant("base~0.4~sketch")
                .build();
    }

    @Test
    void aFaceIsChangedBySliders() {
        go("#tile=seed.7.0&at=200");
        moves();
        pause();
        page.locator("studio-changes input[data-name=smile]").fill("1.5");
        page.locator("studio-changes input[data-name=smile]").dispatchEvent("change");
        page.waitForFunction("() => decodeURIComponent(location.hash).includes('edits=smile:1.5')");
        page.locator("studio-changes input[data-name=age]").fill("-2");
        page.locator("studio-changes input[data-name=age]").dispatchEvent("change");
        page.waitForFunction("() => decodeURIComponent(location.hash).includes('edits=smile:1.5/age:-2')");
        waitForPixel(0, changed());
        page.reload();
        waitForPixel(0, changed());
        button("as the face is").click();
        waitForPixel(0, GenerateRequest.newBuilder().setSeed(7).build());
    }

    @Test
    void anotherFaceGivesItsLayers() {
        go("#tile=seed.7.0&at=200");
        moves();
        pause();
        page.locator("studio-mixture input.other").fill("9");
        page.locator("studio-mixture input.other").dispatchEvent("change");
        waitForPixel(0, mixed(16));
        page.locator("studio-mixture select").selectOption("8");
        waitForPixel(0, mixed(8));
        page.reload();
        waitForPixel(0, mixed(8));
        page.locator("studio-mixture button.plain").click();
        waitForPixel(0, GenerateRequest.newBuilder().setSeed(7).build());
    }

    private static GenerateRequest mixed(int from) {
        return GenerateRequest.newBuilder()
                .setSeed(7)
                .setMix(Mix.newBuilder().setSeed(9).setFromResolution(from))
                .build();
    }

    private static GenerateRequest changed() {
        return GenerateRequest.newBuilder()
                .setSeed(7)
                .addEdits(Edit.newBuilder().setDirection("smile").setStrength("1.5"))
                .addEdits(Edit.newBuilder().setDirection("age").setStrength("-2"))
                .build();
    }

    @Test
    void nineFacesMoveTogether() {
        go("#tile=seed.7.0");
        moves();
        button("Nine faces").click();
        assertThat(page.locator(CANVAS)).hasCount(9);
        moves();
        page.waitForFunction("() => Number(document.querySelector('studio-transport input').value) > 20");
        pause();
        Object tiles = page.evaluate("() => new URLSearchParams(location.hash.slice(1)).getAll('tile')");
        long index = index();
        int face = 0;
        for (Object tile : (List<?>) tiles) {
            waitForPixel(face++, seed(Long.parseLong(tile.toString().split("\\.")[1])), index);
        }
        assertEquals(9, face);
        button("Nine motions").click();
        page.waitForFunction("() => new Set(new URLSearchParams(location.hash.slice(1)).getAll('tile')).size === 9");
        button("Only this").click();
        assertThat(page.locator(CANVAS)).hasCount(1);
    }

    @Test
    void aLinkShowsTheSameInAnotherBrowser() {
        go("#tile=seed.11.4&tile=seed.12.4&step=-0.5&at=5000&looks=base,sketch@4000");
        moves();
        pause();
        page.waitForFunction("() => location.hash.includes('model=')");
        String link = page.url();
        List<Integer> here = pixel(1, 9, 5);
        open(new Browser.NewContextOptions());
        page.navigate(link);
        page.waitForFunction("() => document.querySelectorAll('" + CANVAS + "')[1]?.dataset.drawn >= 1");
        // it plays on, so we go to the frame of the link once more
        go("#" + URI.create(link).getRawFragment());
        pause();
        page.locator("studio-transport input").fill(link.replaceAll(".*at=([0-9]+).*", "$1"));
        page.locator("studio-transport input").press("Enter");
        page.waitForFunction(
                "want => { const d = document.querySelectorAll('" + CANVAS
                        + "')[1].getContext('2d').getImageData(9, 5, 1, 1).data; return [d[0], d[1], d[2]].join() === want; }",
                String.join(",", here.stream().map(String::valueOf).toList()));
    }

    @Test
    void aLinkOfAnotherModelSaysSo() {
        go("#tile=seed.7.0&model=" + "0".repeat(64));
        assertThat(page.getByText("This link was made with another model than is served now."))
                .isVisible();
        button("Show it with this one").click();
        moves();
        page.waitForFunction("() => location.hash.includes('model=" + FakeMesh.MODEL + "')");
    }

    @Test
    void whatIsWrongInALinkIsLeftOut() {
        go("#tile=face.%3Cscript%3E.0&tile=seed.7.0&at=-5&step=banana&psi=99&looks=%22%3E%3Cimg%20src=x%3E");
        moves();
        assertThat(page.locator(CANVAS)).hasCount(1);
    }

    @Test
    void videosAndFramesAreSaved() throws IOException {
        go("#tile=seed.7.0&at=50");
        moves();
        pause();
        page.locator("studio-save .seconds").fill("1");
        for (String ending : List.of("mp4", "webm", "gif", "zip")) {
            Download download = page.waitForDownload(
                    () -> page.locator("studio-save .save-" + ending).click());
            assertEquals("styleinv." + ending, download.suggestedFilename());
            byte[] bytes = Files.readAllBytes(download.path());
            assertTrue(bytes.length > 3000, ending + " has " + bytes.length + " bytes");
            String begin = new String(bytes, 0, 12, java.nio.charset.StandardCharsets.ISO_8859_1);
            assertTrue(
                    begin.contains("ftyp")
                            || begin.startsWith("\u001aE\u00df\u00a3")
                            || begin.startsWith("GIF89a")
                            || begin.startsWith("PK"),
                    ending + " begins with " + begin);
        }
    }

    @Test
    void broadcastsAreStartedWatchedAndStopped() {
        go("#tile=seed.7.0&at=50");
        moves();
        page.getByText("Broadcasts").first().click();
        page.locator("studio-broadcasts input").fill("page");
        button("Start with this face").click();
        Locator mine = page.locator("studio-broadcasts li").filter(new Locator.FilterOptions().setHasText("page"));
        mine.getByText("Watch").click();
        page.waitForFunction("() => document.querySelector('.watched')?.naturalWidth === 32");
        mine.getByText("Stop").click();
        assertThat(mine).hasCount(0);
    }

    @Test
    void curvesAreDrawn() {
        go("");
        moves();
        page.getByText("Curves").click();
        assertThat(page.locator("studio-curves canvas")).hasCount(4);
        assertThat(page.locator("studio-curves .figures"))
                .containsText(Pattern.compile("[1-9][0-9]* frames/s, first frame [0-9]+ ms"));
        legendsSayTheNewest("studio-curves", 4);
    }

    /** Each legend has a number for each of its two values though nobody points at the curve. */
    private void legendsSayTheNewest(String part, int curves) {
        page.waitForFunction(
                "([part, curves]) => { const all = [...document.querySelectorAll(part + ' .u-value')]"
                        + ".map(one => one.textContent); return all.length === 2 * curves && all.every(one => /[0-9]/.test(one)); }",
                List.of(part, curves));
    }

    @Test
    void runsOfTrainingAreATab() {
        go("");
        moves();
        page.getByText("Training").click();
        assertThat(page.locator("studio-training h2")).hasText("live");
        assertThat(page.locator("studio-training [role=status]"))
                .containsText(Pattern.compile("live generator, 60 of 60 kimg; last figures .* ago"));
        assertThat(page.locator("studio-training .plot canvas")).hasCount(6);
        legendsSayTheNewest("studio-training", 6);
        page.locator(".plot[data-name=loss_g] .u-over").hover();
        page.waitForFunction(
                "() => Number(document.querySelectorAll('.plot[data-name=loss_g] .u-value')[1].textContent) > 1.02",
                null);
        page.mouse().move(1, 1);
        page.waitForFunction(
                "() => document.querySelectorAll('.plot[data-name=loss_g] .u-value')[1].textContent === '1.017'");
        page.waitForFunction(
                "() => [...document.querySelectorAll('studio-training img')].every(one => one.naturalWidth > 0)"
                        + " && document.querySelectorAll('studio-training img').length === 3");
        page.getByText("ended").first().click();
        assertThat(page.locator("studio-training h2")).hasText("ended");
        assertThat(page.locator(".plot[data-name=fvd16] canvas")).hasCount(1);
        errors.removeIf(error -> error.contains("mp4")); // the clip of the test is none
        page.setViewportSize(390, 844);
        page.waitForFunction(
                "() => document.documentElement.scrollWidth === 390"
                        + " && [...document.querySelectorAll('.uplot')].every(one => one.getBoundingClientRect().right <= 390)");
        assertThat(page.getByText("Studio").first()).isVisible();
    }

    @Test
    void goesOnWhenTheMeshIsBack() throws Exception {
        go("#tile=seed.7.0");
        moves();
        mesh.away();
        try {
            assertThat(page.getByText("It goes on by itself")).isVisible();
        } finally {
            mesh.back();
        }
        long last = index();
        moves();
        page.waitForFunction(
                "last => Number(document.querySelector('studio-transport input').value) > last + 30", (int) last);
        pause();
        waitForPixel(0, seed(7));
        errors.removeIf(error -> error.contains("503")); // Chromium notes them
    }

    /** The page says so, shows each frame once and in order, and asks again itself. */
    @Test
    void goesOnWhenTheStudioIsBack() {
        page.addInitScript("const Real = WebSocket; window.sockets = [];"
                + " window.WebSocket = class extends Real { constructor(...all) { super(...all); sockets.push(this); } };"
                + " window.seen = []; addEventListener('DOMContentLoaded', () => {});");
        go("#tile=seed.7.0");
        moves();
        page.evaluate("() => import('/page/show/show.js').then(({show}) =>"
                + " show.addEventListener('frame', () => seen.push(show.index)))");
        page.waitForFunction("() => seen.length > 10");
        context.setOffline(true);
        page.evaluate("() => sockets.at(-1).close()");
        assertThat(page.getByText("It goes on by itself")).isVisible();
        context.setOffline(false);
        moves();
        page.waitForFunction("() => seen.length > 90");
        Object whole = page.evaluate("() => seen.every((index, i) => i === 0 || index === seen[i - 1] + 1)");
        assertEquals(true, whole, "frames were lost or came twice: " + page.evaluate("() => seen.join()"));
    }

    @Test
    void movesWithoutWebSockets() {
        page.addInitScript("window.WebSocket = class { static OPEN = 1; readyState = 3;"
                + " constructor() { setTimeout(() => this.onclose?.(), 20); } close() {} send() {} };");
        go("#tile=seed.7.0&at=40");
        moves();
        assertThat(page.getByText("over plain HTTP")).isVisible();
        pause();
        waitForPixel(0, seed(7));
        button("One frame on").click();
        page.locator("studio-transport input").fill("70000");
        page.locator("studio-transport input").press("Enter");
        waitForPixel(0, seed(7), 70_000);
    }

    @Test
    void fitsAPhoneByDarkAndByLight() {
        List<List<Integer>> papers = new ArrayList<>();
        for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            open(new Browser.NewContextOptions()
                    .setViewportSize(390, 844)
                    .setHasTouch(true)
                    .setColorScheme(scheme));
            go("#tile=seed.7.0&tile=seed.8.0&tile=seed.9.0");
            moves();
            for (Locator summary : page.locator("summary").all()) {
                summary.click();
            }
            assertThat(page.locator("studio-curves canvas")).hasCount(4);
            assertEquals(390, page.evaluate("() => document.documentElement.scrollWidth"), "it scrolls to the side");
            Object paper =
                    page.evaluate("() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)");
            papers.add(((List<?>) paper)
                    .stream().map(one -> ((Number) one).intValue()).toList());
        }
        assertTrue(papers.get(0).get(0) < 60 && papers.get(1).get(0) > 200, papers.toString());
        assertNotEquals(papers.get(0), papers.get(1));
    }

    /** Who paints when is text, so it can be told without a frame. */
    @Test
    void looksTurnForwardsAndBackwards() {
        go("");
        Object texts = page.evaluate("() => import('/page/show/turns.js').then(({turn}) => ["
                + "turn('base', 'sketch', 150, 60, false), turn('base', 'sketch', 0, 0, false),"
                + "turn('base,sketch@150+60', 'base', 180, 0, false), turn('base,sketch@150', 'sketch', 300, 30, false),"
                + "turn('base,sketch@150', 'base', 100, 30, false), turn('base', 'sketch', 150, 60, true),"
                + "turn('base,sketch@400', 'sketch', 20, 60, true)])");
        assertEquals(
                List.of(
                        "base,sketch@150+60",
                        "sketch",
                        "base,sketch@150+60,base@210",
                        "base,sketch@150",
                        "base",
                        "sketch,base@91+60",
                        "sketch,base@1+20,sketch@400"),
                texts);
    }

    /** Whatever can be pressed or filled in has a name for those who do not see it. */
    @Test
    void everythingHasAName() {
        go("#tile=seed.7.0&tile=seed.8.0");
        moves();
        for (Locator summary : page.locator("summary").all()) {
            summary.click();
        }
        Object unnamed =
                page.evaluate("() => [...document.querySelectorAll('button, input, select, a, canvas, img, [role]')]"
                        + ".filter(one => one.closest('[aria-hidden]') === null && !one.closest('dialog')"
                        + " && !(one.ariaLabel || one.labels?.[0]?.textContent.trim() || one.textContent.trim() || one.alt === '' || one.alt"
                        + " || one.role === 'status')).map(one => one.outerHTML.slice(0, 120))");
        assertEquals(List.of(), unnamed);
    }
}
