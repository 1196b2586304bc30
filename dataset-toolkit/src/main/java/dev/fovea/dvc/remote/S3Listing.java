package dev.fovea.dvc.remote;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A page of a bucket's keys, as S3's {@code ListObjectsV2} answers it.
 *
 * @param next what the next page is asked for by; absent where this is the last
 */
record S3Listing(List<Item> items, Optional<String> next) {
  /** More than 1000 keys of 1024 escaped bytes need. */
  private static final int LIMIT_BYTES = 16 << 20;

  private static final XMLInputFactory XML = XMLInputFactory.newFactory();

  static {
    XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XML.setProperty(XMLInputFactory.IS_COALESCING, true);
  }

  record Item(String key, long size, Instant modified) {}

  S3Listing {
    items = List.copyOf(items);
  }

  /**
   * Reads one.
   *
   * @throws IOException when it is none
   */
  static S3Listing read(InputStream in) throws IOException {
    var bytes = in.readNBytes(LIMIT_BYTES + 1);
    if (bytes.length > LIMIT_BYTES) {
      throw new IOException(
          "a page of keys of more than %d bytes (expected: at most so many)"
              .formatted(LIMIT_BYTES));
    }
    try {
      var xml = XML.createXMLStreamReader(new ByteArrayInputStream(bytes));
      try {
        return read(xml);
      } finally {
        xml.close();
      }
    } catch (XMLStreamException | NumberFormatException | DateTimeException e) {
      throw new IOException("a page of keys that can't be read: " + e.getMessage(), e);
    }
  }

  private static S3Listing read(XMLStreamReader xml) throws XMLStreamException, IOException {
    xml.nextTag();
    if (!"ListBucketResult".equals(xml.getLocalName())) {
      throw new IOException(
          "a page of keys: <%s> (expected: <ListBucketResult>)".formatted(xml.getLocalName()));
    }
    var said = new HashMap<String, String>();
    var contents = new ArrayList<Map<String, String>>();
    while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
      var name = xml.getLocalName();
      if ("Contents".equals(name)) {
        contents.add(children(xml));
      } else {
        text(xml).ifPresent(text -> said.put(name, text));
      }
    }
    boolean escaped = "url".equals(said.get("EncodingType"));
    var items = new ArrayList<Item>(contents.size());
    for (var each : contents) {
      var key = of(each, "Key");
      items.add(
          new Item(
              escaped ? URLDecoder.decode(key, StandardCharsets.UTF_8) : key,
              Long.parseLong(of(each, "Size")),
              Instant.parse(of(each, "LastModified"))));
    }
    if (!"true".equals(said.get("IsTruncated"))) {
      return new S3Listing(items, Optional.empty());
    }
    return new S3Listing(items, Optional.of(of(said, "NextContinuationToken")));
  }

  private static Map<String, String> children(XMLStreamReader xml) throws XMLStreamException {
    var children = new HashMap<String, String>();
    while (xml.nextTag() == XMLStreamConstants.START_ELEMENT) {
      var name = xml.getLocalName();
      text(xml).ifPresent(text -> children.put(name, text));
    }
    return children;
  }

  /** The text of an element; absent where it has elements in it, which are passed over. */
  private static Optional<String> text(XMLStreamReader xml) throws XMLStreamException {
    var text = new StringBuilder();
    boolean plain = true;
    for (int depth = 1; depth > 0; ) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          plain = false;
          depth++;
        }
        case XMLStreamConstants.END_ELEMENT -> depth--;
        case XMLStreamConstants.CHARACTERS -> {
          if (depth == 1) {
            text.append(xml.getText());
          }
        }
        default -> {}
      }
    }
    return plain ? Optional.of(text.toString()) : Optional.empty();
  }

  private static String of(Map<String, String> said, String name) throws IOException {
    var text = said.get(name);
    if (text == null) {
      throw new IOException("a page of keys: no <%s>".formatted(name));
    }
    return text;
  }
}
