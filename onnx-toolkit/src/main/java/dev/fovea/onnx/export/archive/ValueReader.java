package dev.fovea.onnx.export.archive;

import dev.fovea.kernel.Text;
import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.export.program.ScalarType;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads the values that occur all over a program's JSON: sizes, tensor descriptions and arguments
 * (unions of torch/_export/serde/schema.py, schema 8).
 */
final class ValueReader {
  private static final long STRIDED = 7;

  /** Tags of the schema that no lowering uses; a tag outside all known ones is refused. */
  private static final Set<String> UNUSED_TAGS =
      Set.of(
          "as_memory_format",
          "as_layout",
          "as_device",
          "as_strings",
          "as_bools",
          "as_sym_bool",
          "as_sym_bools",
          "as_sym_float",
          "as_sym_floats",
          "as_graph",
          "as_custom_obj",
          "as_operator",
          "as_complex",
          "as_nested_tensors",
          "as_int_lists",
          "as_string_to_argument",
          "as_float_lists",
          "as_opaque_obj",
          "as_optional_tensor");

  private final JsonCursor json;

  ValueReader(JsonCursor json) {
    this.json = json;
  }

  Argument argument() {
    return union(tag ->
        switch (tag) {
          case "as_none" -> skipped(new Argument.None());
          case "as_tensor" -> new Argument.TensorRef(name());
          case "as_tensors" -> new Argument.TensorRefs(list(() -> Optional.of(name())));
          case "as_optional_tensors" -> new Argument.TensorRefs(list(this::optionalName));
          case "as_bool" -> new Argument.Bool(json.bool());
          case "as_int" -> new Argument.Int(Size.known(json.integer()));
          case "as_ints" -> new Argument.Ints(list(() -> Size.known(json.integer())));
          case "as_sym_int" -> new Argument.Int(size());
          case "as_sym_ints" -> new Argument.Ints(list(this::size));
          case "as_float" -> new Argument.Real(json.real());
          case "as_floats" -> new Argument.Reals(list(json::real));
          case "as_string" -> new Argument.Text(json.text());
          case "as_scalar_type" -> new Argument.Type(scalarType(json.integer()));
          default -> {
            if (!UNUSED_TAGS.contains(tag)) {
              throw UnreadablePt2.program("argument of the unknown form '%s'", Text.excerpt(tag));
            }
            yield skipped(new Argument.Other(tag));
          }
        });
  }

  TensorMeta tensorMeta() {
    var meta =
        new Object() {
          long type;
          List<Size> sizes = List.of();
          List<Size> strides = List.of();
          Size offset = Size.known(0);
          long layout = STRIDED;
        };
    json.object(field -> {
      switch (field) {
        case "dtype" -> meta.type = json.integer();
        case "sizes" -> meta.sizes = list(this::size);
        case "strides" -> meta.strides = list(this::size);
        case "storage_offset" -> meta.offset = size();
        case "layout" -> meta.layout = json.integer();
        default -> json.skip();
      }
    });
    if (meta.layout != STRIDED) {
      throw UnreadablePt2.tensor("layout %d (expected: %d, strided)", meta.layout, STRIDED);
    }
    try {
      return new TensorMeta(scalarType(meta.type), meta.sizes, meta.strides, meta.offset);
    } catch (IllegalArgumentException e) {
      throw UnreadablePt2.tensor("%s", String.valueOf(e.getMessage()));
    }
  }

  /** The value of the {@code name} field of an object. */
  String name() {
    var name = new String[] {""};
    json.object(field -> {
      if (field.equals("name")) {
        name[0] = json.text();
      } else {
        json.skip();
      }
    });
    return name[0];
  }

  <T> List<T> list(Supplier<T> element) {
    var list = new ArrayList<T>();
    json.array(() -> list.add(element.get()));
    return list;
  }

  /** The value of a union, made by the handler of its tag. */
  <T> T union(Function<String, T> variant) {
    var values = new ArrayList<T>(1);
    json.union(tag -> values.add(variant.apply(tag)));
    return values.getFirst();
  }

  <T> T skipped(T value) {
    json.skip();
    return value;
  }

  private Size size() {
    return union(tag ->
        switch (tag) {
          case "as_int" -> Size.known(json.integer());
          case "as_name" -> new Size.Computed(json.text());
          case "as_expr" -> expression();
          default -> throw json.unexpected("as_int, as_name or as_expr");
        });
  }

  private Size expression() {
    var text = new String[] {""};
    json.object(field -> {
      if (field.equals("expr_str")) {
        text[0] = json.text();
      } else {
        json.skip();
      }
    });
    return Size.Symbolic.parse(text[0]);
  }

  private Optional<String> optionalName() {
    return union(tag ->
        switch (tag) {
          case "as_none" -> skipped(Optional.empty());
          case "as_tensor" -> Optional.of(name());
          default -> throw json.unexpected("as_none or as_tensor");
        });
  }

  private static ScalarType scalarType(long code) {
    return ScalarType.of(code)
        .orElseThrow(
            () -> UnreadablePt2.tensor("element type %d is unknown, complex or quantised", code));
  }
}
