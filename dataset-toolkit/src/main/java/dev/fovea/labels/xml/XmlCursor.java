package dev.fovea.labels.xml;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Decimals;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads an XML file in UTF-8 element by element. A DOCTYPE is refused, so that there are no
 * entities but the five of XML itself.
 */
public final class XmlCursor {
  private static final int MAX_DEPTH = 32;
  private static final char BYTE_ORDER_MARK = '\ufeff';
  private static final Set<String> ENCODINGS = Set.of("UTF-8", "UTF8", "US-ASCII", "ASCII");

  private final XMLStreamReader reader;
  private final String file;
  private int depth;

  private XmlCursor(XMLStreamReader reader, String file) {
    this.reader = reader;
    this.file = file;
  }

  /** Reads an element's attributes and then its text, its children, or nothing. */
  @FunctionalInterface
  public interface Element {
    void read(String name) throws IOException, LabelMistake;
  }

  /** Reads the root element. */
  @FunctionalInterface
  public interface Root {
    void read(XmlCursor xml) throws IOException, LabelMistake;
  }

  /**
   * Opens a file.
   *
   * @param name of its root element
   * @throws LabelMistake when it is not there, is no such XML, or what the reading throws
   */
  public static void read(LabelSource source, String file, long mostBytes, String name, Root root)
      throws IOException, LabelMistake {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try (var bytes = source.open(file, mostBytes)) {
      var reader = factory.createXMLStreamReader(text(new BoundedTags(bytes, file)));
      var cursor = new XmlCursor(reader, file);
      try {
        var encoding = reader.getCharacterEncodingScheme();
        if (encoding != null && !ENCODINGS.contains(encoding.toUpperCase(Locale.ROOT))) {
          throw cursor.mistake("encoding '%s' (expected: UTF-8)".formatted(Text.excerpt(encoding)));
        }
        while (cursor.next() != XMLStreamConstants.START_ELEMENT) {
          // a comment or an instruction
        }
        if (!reader.getLocalName().equals(name)) {
          throw cursor.mistake(
              "<%s> (expected: <%s>)".formatted(Text.excerpt(reader.getLocalName()), name));
        }
        cursor.depth = 1;
        root.read(cursor);
        while (reader.hasNext()) {
          cursor.next();
        }
      } finally {
        reader.close();
      }
    } catch (XMLStreamException e) {
      throw noXml(e, file);
    }
  }

  // Decoded here, since the JDK's XML parser prints what it cannot decode to the standard error.
  private static Reader text(InputStream bytes) throws IOException {
    var reader = new BufferedReader(new InputStreamReader(bytes, UTF_8.newDecoder()));
    reader.mark(1);
    try {
      if (reader.read() != BYTE_ORDER_MARK) {
        reader.reset();
      }
    } catch (CharacterCodingException _) {
      reader.reset(); // the parser will come to it
    }
    return reader;
  }

  private static LabelMistake noXml(XMLStreamException e, String file) throws IOException {
    if (e.getNestedException() instanceof IOException cause
        && !(cause instanceof CharacterCodingException)) {
      throw cause;
    }
    int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNumber());
    return new LabelMistake(file, line, "no XML: " + Text.excerpt(lastLine(e)));
  }

  // The JDK's message has the place in its first line, which is said already.
  private static String lastLine(XMLStreamException e) {
    var message = String.valueOf(e.getMessage());
    return message.substring(message.lastIndexOf('\n') + 1).replaceFirst("^Message: ", "");
  }

  /** Reads the children of the current element; what one does not read is skipped. */
  public void children(Element child) throws IOException, LabelMistake {
    int own = depth;
    while (true) {
      switch (next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (++depth > MAX_DEPTH) {
            throw mistake("elements more than %d deep".formatted(MAX_DEPTH));
          }
          child.read(reader.getLocalName());
          while (depth > own) {
            step();
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          return;
        }
        default -> {}
      }
    }
  }

  private void step() throws IOException, LabelMistake {
    switch (next()) {
      case XMLStreamConstants.START_ELEMENT -> {
        if (++depth > MAX_DEPTH) {
          throw mistake("elements more than %d deep".formatted(MAX_DEPTH));
        }
      }
      case XMLStreamConstants.END_ELEMENT -> depth--;
      default -> {}
    }
  }

  /**
   * Hands on the attributes and texts of the current element and of all below it, each behind the
   * names that lead to it, such as {@code annotation.object.name}.
   */
  public void values(String place, BiConsumer<String, String> each)
      throws IOException, LabelMistake {
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      each.accept(place + "." + reader.getAttributeLocalName(i), reader.getAttributeValue(i));
    }
    int own = depth;
    var text = new StringBuilder();
    while (depth >= own) {
      switch (next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (++depth > MAX_DEPTH) {
            throw mistake("elements more than %d deep".formatted(MAX_DEPTH));
          }
          values(place + "." + reader.getLocalName(), each);
        }
        case XMLStreamConstants.END_ELEMENT -> depth--;
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            text.append(reader.getText());
        default -> {}
      }
    }
    each.accept(place, text.toString());
  }

  /** The text of the current element, which may have no children. */
  public String text() throws IOException, LabelMistake {
    try {
      var text = reader.getElementText();
      depth--;
      return text;
    } catch (XMLStreamException e) {
      throw noXml(e, file);
    }
  }

  /** The text of the current element as a number. */
  public double number() throws IOException, LabelMistake {
    int at = line();
    var name = reader.getLocalName();
    var text = text().strip();
    return Decimals.parse(text)
        .orElseThrow(() ->
            new LabelMistake(
                file, at, "<%s>: '%s' (expected: a number)".formatted(name, Text.excerpt(text))));
  }

  public Optional<String> attribute(String name) {
    return Optional.ofNullable(reader.getAttributeValue(null, name));
  }

  /** An attribute of the current element that must be there. */
  public String required(String name) throws LabelMistake {
    return attribute(name)
        .orElseThrow(
            () -> mistake("<%s> has no '%s'".formatted(Text.excerpt(reader.getLocalName()), name)));
  }

  /** An attribute of the current element that must be a number. */
  public double number(String name) throws LabelMistake {
    var text = required(name).strip();
    return Decimals.parse(text)
        .orElseThrow(
            () -> mistake("%s: '%s' (expected: a number)".formatted(name, Text.excerpt(text))));
  }

  /** An attribute of the current element that is a number where it is there. */
  public double number(String name, double otherwise) throws LabelMistake {
    return attribute(name).isPresent() ? number(name) : otherwise;
  }

  public LabelMistake mistake(String text) {
    return new LabelMistake(file, line(), text);
  }

  /** Where the cursor is, from 1. */
  public int line() {
    return Math.max(0, reader.getLocation().getLineNumber());
  }

  public String file() {
    return file;
  }

  private int next() throws IOException, LabelMistake {
    try {
      int event = reader.next();
      if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
        throw mistake("a DOCTYPE or an entity (expected: plain XML)");
      }
      return event;
    } catch (XMLStreamException e) {
      throw noXml(e, file);
    }
  }
}
