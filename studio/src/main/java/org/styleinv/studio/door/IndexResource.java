package org.styleinv.studio.door;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What there is at which address, for whoever comes by. */
@Path("/")
public class IndexResource {
    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>StyleInV studio</title></head>
            <body>
            <h1>StyleInV studio</h1>
            <p><img src="/v1/frames/0.png?seed=7" alt="Frame 0 of seed 7"></p>
            <ul>
            <li><a href="/v1/frames/1000000.png?seed=7">/v1/frames/1000000.png?seed=7</a>: any frame of an endless video</li>
            <li><a href="/v1/streams.mjpeg?seed=7">/v1/streams.mjpeg?seed=7</a>, <a href="/v1/streams.mp4?seed=7">.mp4</a>,
            <a href="/v1/streams.webm?seed=7">.webm</a>: the same in motion, without an end</li>
            <li><a href="/v1/streams.m3u8?seed=7">/v1/streams.m3u8?seed=7</a>: ten minutes of it as HLS</li>
            <li>WebSocket <code>/v1/live</code>: numbered JPEGs against credits</li>
            <li><code>POST /v1/faces</code>: a picture becomes a <code>face=</code> for addresses</li>
            <li><a href="/v1/models">/v1/models</a>, <a href="/v1/variants">/v1/variants</a>, <a href="/v1/broadcasts">/v1/broadcasts</a></li>
            <li><a href="/q/swagger-ui/">/q/swagger-ui</a>, <a href="/q/openapi">/q/openapi</a>: all parameters</li>
            <li><a href="/q/health">/q/health</a></li>
            </ul>
            </body>
            </html>
            """;

    @GET
    @Produces(MediaType.TEXT_HTML)
    public String page() {
        return PAGE;
    }
}
