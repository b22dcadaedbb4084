package org.styleinv.video.provenance;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** An origin as an XMP packet (ISO 16684-1) and back. Equal origins give equal bytes. */
final class Xmp {
    /** Larger packets are not read; no format of pictures has room for one of 1 MB that is meant well. */
    static final int MOST_BYTES = 1 << 20;

    static final String TOOL = "StyleInV";

    private static final String RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private static final String IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
    private static final String XAP = "http://ns.adobe.com/xap/1.0/";
    private static final String OWN = "urn:styleinv:provenance:1#";
    private static final String BYTE_ORDER_MARK = "\uFEFF"; // tells readers that scan for a packet how it is encoded

    private Xmp() {}

    /** What a packet tells of an origin; a property that it lacks is empty. */
    record Told(String source, String tool, String model, String request) {}

    static byte[] packet(Origin origin) {
        var text = new StringBuilder(1024)
                .append("<?xpacket begin=\"")
                .append(BYTE_ORDER_MARK)
                .append(
                        "\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"")
                .append(RDF)
                .append("\"><rdf:Description rdf:about=\"\" xmlns:Iptc4xmpExt=\"")
                .append(IPTC)
                .append("\" xmlns:xmp=\"")
                .append(XAP)
                .append("\" xmlns:styleinv=\"")
                .append(OWN)
                .append('"');
        property(text, "Iptc4xmpExt:DigitalSourceType", origin.kind().term());
        property(text, "xmp:CreatorTool", TOOL);
        property(text, "styleinv:model", origin.model());
        property(text, "styleinv:request", origin.request());
        return text.append("/></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void property(StringBuilder text, String name, String value) {
        if (value.isEmpty()) {
            return;
        }
        text.append(' ').append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '&' -> text.append("&amp;");
                case '<' -> text.append("&lt;");
                case '"' -> text.append("&quot;");
                default -> text.append(c < ' ' ? '?' : c); // XML 1.0 has no way to write most of those
            }
        }
        text.append('"');
    }

    /** Reads a packet, of whatever program; empty if it says nothing of the source. */
    static Optional<Told> parse(byte[] packet) throws IOException {
        Document document;
        try {
            document = reader().parse(new ByteArrayInputStream(packet));
        } catch (SAXException e) {
            throw new UnreadableMediaException(
                    "has an XMP packet that is no XML (" + e.getMessage() + "): was it changed after it was made?");
        }
        var told = new Told(
                value(document, IPTC, "DigitalSourceType"),
                value(document, XAP, "CreatorTool"),
                value(document, OWN, "model"),
                value(document, OWN, "request"));
        return told.source().isEmpty()
                        && told.model().isEmpty()
                        && told.request().isEmpty()
                ? Optional.empty()
                : Optional.of(told);
    }

    /** A packet comes from anywhere: nothing is loaded for it, and it defines no entities. */
    private static DocumentBuilder reader() {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            DocumentBuilder reader = factory.newDocumentBuilder();
            reader.setErrorHandler(null); // what is wrong is thrown, and not printed as well
            return reader;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("Java's XML parser cannot be told to be careful", e);
        }
    }

    /** A property of a description, which RDF writes as an attribute or as an element. */
    private static String value(Document document, String namespace, String name) {
        NodeList descriptions = document.getElementsByTagNameNS(RDF, "Description");
        for (int i = 0; i < descriptions.getLength(); i++) {
            var description = (Element) descriptions.item(i);
            if (description.hasAttributeNS(namespace, name)) {
                return description.getAttributeNS(namespace, name);
            }
            for (Node child = description.getFirstChild(); child != null; child = child.getNextSibling()) {
                if (namespace.equals(child.getNamespaceURI()) && name.equals(child.getLocalName())) {
                    var element = (Element) child;
                    return element.hasAttributeNS(RDF, "resource")
                            ? element.getAttributeNS(RDF, "resource")
                            : element.getTextContent().strip();
                }
            }
        }
        return "";
    }
}
