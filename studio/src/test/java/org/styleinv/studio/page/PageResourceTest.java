package org.styleinv.studio.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.studio.FakePort;
import org.styleinv.studio.Web;

/** The page's files, without a browser. */
@QuarkusTest
@QuarkusTestResource(FakePort.class)
class PageResourceTest {
    private static final int MOST_BYTES = 150_000;
    private static final Pattern MENTIONED =
            Pattern.compile("(?:src|href)=\"(/(?:page|webjars)/[^\"]+)\"|\": \"(/webjars/[^\"]+)\"|"
                    + "(?:from ?|import ?)[\"'](\\.{1,2}/[^\"']+)[\"']");

    @TestHTTPResource
    URI base;

    private Web web;

    @BeforeEach
    void open() {
        web = new Web(base);
    }

    /** All that the page loads, curves included, by address with the bytes over the wire. */
    private Map<String, Integer> loaded() {
        Map<String, Integer> sizes = new TreeMap<>();
        Deque<String> left = new ArrayDeque<>();
        left.add("/");
        while (!left.isEmpty()) {
            String address = left.remove();
            if (sizes.containsKey(address)) {
                continue;
            }
            var plain = web.get(address);
            assertEquals(200, plain.statusCode(), address);
            var packed = web.get(address, "Accept-Encoding", "gzip");
            assertTrue(
                    plain.body().length < 200
                            || Web.header(packed, "content-encoding").equals("gzip"),
                    address + " is not compressed");
            sizes.put(address, packed.body().length);
            Matcher mentioned = MENTIONED.matcher(Web.text(plain));
            while (mentioned.find()) {
                for (int group = 1; group <= 3; group++) {
                    if (mentioned.group(group) != null) {
                        left.add(URI.create(address)
                                .resolve(mentioned.group(group))
                                .toString());
                    }
                }
            }
        }
        return sizes;
    }

    @Test
    void allThatItLoadsIsHereAndSmall() {
        Map<String, Integer> loaded = loaded();
        assertTrue(loaded.keySet().stream().anyMatch(address -> address.contains("uPlot")), loaded.toString());
        assertTrue(loaded.containsKey("/page/show/live.js"), loaded.toString());
        int bytes = loaded.values().stream().mapToInt(Integer::intValue).sum();
        assertTrue(bytes < MOST_BYTES, bytes + " bytes: " + loaded);
    }

    @Test
    void nothingButItsOwnScriptsMayRun() {
        var page = web.get("/");
        assertEquals("text/html; charset=utf-8", Web.header(page, "content-type"));
        String policy = Web.header(page, "content-security-policy");
        assertTrue(policy.matches(".*script-src 'self' 'sha256-[A-Za-z0-9+/]{43}='; .*"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertFalse(Web.text(page).matches("(?s).*\\son[a-z]+=.*"), "a handler in the page");
        assertFalse(Web.text(page).contains("style=\""), "a style in the page");
    }

    @Test
    void aBrowserAsksWhetherAFileHasChanged() {
        var file = web.get("/page/main.js");
        assertEquals("no-cache", Web.header(file, "cache-control"));
        String tag = Web.header(file, "etag");
        var again = web.get("/page/main.js", "If-None-Match", tag);
        assertEquals(304, again.statusCode());
        assertEquals(200, web.get("/page/main.js", "If-None-Match", "\"other\"").statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/page/none.js",
                "/page/show/none.js",
                "/page/PageFiles.class",
                "/page/show/..%2f..%2fapplication.properties",
                "/page/%2e%2e/%2e%2e/application.properties",
                "/page//etc/passwd",
                "/page/a/b/c.js"
            })
    void nothingElseIsGiven(String address) {
        assertEquals(404, web.get(address).statusCode(), address);
    }
}
