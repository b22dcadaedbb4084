package org.styleinv.trainer.data.file;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/**
 * Names in a ZIP. They are UTF-8 where the ZIP says so; older tools wrote them in the encoding of their system and say
 * nothing. Then it is UTF-8 where all of them are, else that encoding in which they look most like words.
 */
final class ZipNames {
    private static final List<String> ENCODINGS =
            List.of("GBK", "windows-31j", "x-windows-949", "Big5", "windows-1251", "IBM866", "windows-1252", "IBM437");

    private final Charset unsaid;
    private final boolean guess;

    private ZipNames(Charset unsaid, boolean guess) {
        this.unsaid = unsaid;
        this.guess = guess;
    }

    static ZipNames of(List<ZipArchiveEntry> entries) {
        List<byte[]> unsaid = entries.stream()
                .filter(entry -> !said(entry))
                .map(ZipArchiveEntry::getRawName)
                .toList();
        if (unsaid.stream()
                .allMatch(name -> decoded(name, StandardCharsets.UTF_8).isPresent())) {
            return new ZipNames(StandardCharsets.UTF_8, false);
        }
        Charset best = StandardCharsets.ISO_8859_1; // every name is one in this
        double highest = Double.NEGATIVE_INFINITY;
        for (Charset encoding : ENCODINGS.stream()
                .filter(Charset::isSupported)
                .map(Charset::forName)
                .toList()) {
            double likeness = unsaid.stream()
                    .mapToDouble(name -> likeness(name, encoding))
                    .sum();
            if (likeness > highest) {
                best = encoding;
                highest = likeness;
            }
        }
        return new ZipNames(best, true);
    }

    /** Its name, with {@code /} between folders. */
    String of(ZipArchiveEntry entry) {
        String name = said(entry) ? entry.getName() : new String(entry.getRawName(), unsaid);
        return name.replace('\\', '/');
    }

    /** What is to be said where the encoding was not told. */
    Optional<String> guessed() {
        return guess
                ? Optional.of("does not say how its names are encoded: they are read as " + unsaid)
                : Optional.empty();
    }

    private static boolean said(ZipArchiveEntry entry) {
        return entry.getGeneralPurposeBit().usesUTF8ForNames()
                || entry.getNameSource() == ZipArchiveEntry.NameSource.UNICODE_EXTRA_FIELD;
    }

    private static Optional<String> decoded(byte[] name, Charset encoding) {
        try {
            return Optional.of(encoding.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(name))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** How much {@code name} looks like words in {@code encoding}: from -2 to 1 for each of its bytes beyond ASCII. */
    private static double likeness(byte[] name, Charset encoding) {
        Optional<String> text = decoded(name, encoding);
        if (text.isEmpty()) {
            return -2 * name.length;
        }
        double sum = 0;
        int[] letters = text.get().codePoints().toArray();
        for (int i = 0; i < letters.length; i++) {
            if (letters[i] >= 128) {
                String letter = Character.toString(letters[i]);
                int before = i == 0 ? ' ' : letters[i - 1];
                int after = i == letters.length - 1 ? ' ' : letters[i + 1];
                sum += letter.getBytes(encoding).length * likeness(letter, before, after, encoding);
            }
        }
        return sum;
    }

    private static double likeness(String letter, int before, int after, Charset encoding) {
        int c = letter.codePointAt(0);
        byte[] bytes = letter.getBytes(encoding);
        int lead = bytes[0] & 255;
        int trail = bytes.length > 1 ? bytes[1] & 255 : 0;
        return switch (Character.UnicodeScript.of(c)) {
            case HIRAGANA, KATAKANA ->
                c >= 0xFF61 ? -1 : encoding.name().equals("windows-31j") ? 1 : 0.2; // halves are rare
            case HAN -> common(encoding.name(), lead, trail) ? 0.9 : -0.2;
            case HANGUL -> lead >= 0xB0 && trail >= 0xA1 ? 1 : -0.5; // those of everyday use
            case CYRILLIC -> latin(before) || latin(after) || capitalInside(c, before) ? -0.5 : 0.8;
            case LATIN ->
                capitalInside(c, before) || !Character.isLetter(before) && !Character.isUpperCase(c) ? 0 : 0.7;
            default -> Character.isLetter(c) ? -0.5 : bytes.length > 1 ? 0.2 : -1;
        };
    }

    /** Whether a character is of the first level of its set, in which the everyday ones are. */
    private static boolean common(String encoding, int lead, int trail) {
        return switch (encoding) {
            case "GBK" -> lead >= 0xB0 && lead <= 0xD7 && trail >= 0xA1;
            case "windows-31j" -> lead >= 0x88 && lead <= 0x97;
            case "Big5" -> lead >= 0xA4 && lead <= 0xC6;
            default -> false; // Korean names are in Hangul
        };
    }

    private static boolean latin(int c) {
        return Character.UnicodeScript.of(c) == Character.UnicodeScript.LATIN;
    }

    private static boolean capitalInside(int c, int before) {
        return Character.isUpperCase(c) && Character.isLowerCase(before);
    }
}
