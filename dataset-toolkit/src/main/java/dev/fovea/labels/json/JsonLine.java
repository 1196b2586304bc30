package dev.fovea.labels.json;

import dev.fovea.labels.Decimals;
import dev.fovea.labels.Extras;
import java.io.StringWriter;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Builds one JSON object as one line. Whole numbers have no point, as most tools write them. */
public final class JsonLine {
  private static final JsonFactory JSON = new JsonFactory();

  private final StringWriter text = new StringWriter();
  private final JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text);

  /** Begins the object. */
  public JsonLine() {
    json.writeStartObject();
  }

  public JsonLine field(String name, String value) {
    json.writeStringProperty(name, value);
    return this;
  }

  public JsonLine field(String name, long value) {
    json.writeNumberProperty(name, value);
    return this;
  }

  public JsonLine field(String name, boolean value) {
    json.writeBooleanProperty(name, value);
    return this;
  }

  /** A finite number. */
  public JsonLine field(String name, double value) {
    json.writeName(name);
    json.writeRawValue(number(value));
    return this;
  }

  public JsonLine field(String name, double... values) {
    json.writeName(name);
    return entry(values);
  }

  /**
   * A value as it is.
   *
   * @param value one JSON value
   */
  public JsonLine raw(String name, String value) {
    json.writeName(name);
    json.writeRawValue(value);
    return this;
  }

  /** An object of plain values. */
  public JsonLine field(String name, Map<String, Object> values) {
    json.writeName(name);
    json.writeStartObject();
    values.forEach(this::plain);
    json.writeEndObject();
    return this;
  }

  /** Fields as they are. */
  public JsonLine fields(Extras extras) {
    extras.fields().forEach(this::raw);
    return this;
  }

  private void plain(String name, Object value) {
    switch (value) {
      case Boolean flag -> json.writeBooleanProperty(name, flag);
      case Long number -> json.writeNumberProperty(name, number);
      case Double number -> json.writeNumberProperty(name, number);
      default -> json.writeStringProperty(name, value.toString());
    }
  }

  public JsonLine beginList(String name) {
    json.writeName(name);
    json.writeStartArray();
    return this;
  }

  public JsonLine endList() {
    json.writeEndArray();
    return this;
  }

  public JsonLine beginObject(String name) {
    json.writeName(name);
    json.writeStartObject();
    return this;
  }

  /** Begins an object as an entry of a list. */
  public JsonLine beginObject() {
    json.writeStartObject();
    return this;
  }

  public JsonLine endObject() {
    json.writeEndObject();
    return this;
  }

  /** A list of numbers as an entry of a list. */
  public JsonLine entry(double... values) {
    json.writeStartArray();
    for (double value : values) {
      json.writeRawValue(number(value));
    }
    json.writeEndArray();
    return this;
  }

  public JsonLine entry(String value) {
    json.writeString(value);
    return this;
  }

  /** Ends the object; its text, without a line end. */
  public String end() {
    json.writeEndObject();
    json.close();
    return text.toString();
  }

  private static String number(double value) {
    double size = Math.abs(value);
    boolean plain = size == 0 || (size >= 1e-5 && size < 1e15);
    return plain ? Decimals.text(value) : Double.toString(value);
  }
}
