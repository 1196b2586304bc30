package dev.fovea.teamfile;

import dev.fovea.kernel.Name;
import dev.fovea.teamfile.Gate.Bound;
import dev.fovea.teamfile.Gate.Measure;
import dev.fovea.teamfile.Gate.Variant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads one gate: which keys go together depends on the measure. */
final class GateReader {
  private GateReader() {}

  static Optional<Gate> read(Fields fields) {
    if (fields.has("drop") && fields.has("of")) {
      fields.wrong(
          "of", "'of' and 'drop' in one gate (expected: one; a drop compares fp32 with int8)");
    }
    var on = fields.optional("on", "test", Values.exactly("test"));
    var of = fields.optional("of", Variant.INT8, Values.oneOf(Variant.class));
    var slice =
        fields.optional(
            "slice", Optional.<String>empty(), text -> Optional.of(Values.text(100).apply(text)));
    var device =
        fields.optional("device", Optional.<Name>empty(), text -> Optional.of(new Name(text)));
    var compared = fields.list("drop", List.of(), 2, Values.oneOf(Variant.class));
    var measure = fields.required("measure", Values::measure);
    if (measure.isEmpty()) {
      return Optional.empty();
    }
    checkKeys(fields, measure.get(), compared.orElse(List.of()));
    var sweep = SweepReader.read(fields, measure.get());
    var bound = bound(fields);
    var limit =
        bound.flatMap(side ->
            fields.required(Values.written(side), limit(measure.get(), fields.has("drop"))));
    return bound.isEmpty()
            || limit.isEmpty()
            || on.isEmpty()
            || of.isEmpty()
            || slice.isEmpty()
            || device.isEmpty()
            || compared.isEmpty()
            || (measure.get().underFault() && sweep.isEmpty())
        ? Optional.empty()
        : Optional.of(
            new Gate(
                measure.get(),
                of.get(),
                fields.has("drop"),
                sweep,
                slice.get(),
                device.get(),
                bound.get(),
                limit.get(),
                fields.line()));
  }

  private static void checkKeys(Fields fields, Measure measure, List<Variant> compared) {
    var isShare = measure.unit().isEmpty();
    if (measure.needsDevice() && !fields.has("device")) {
      fields.wrong(
          "measure",
          "%s without 'device' (expected: the lab device it is measured on)"
              .formatted(measure.written()));
    }
    if (!measure.needsDevice() && fields.has("device")) {
      fields.wrong(
          "device", "'device' with %s, which no device measures".formatted(measure.written()));
    }
    if (!isShare && fields.has("slice")) {
      fields.wrong(
          "slice",
          "'slice' with %s (expected: one of %s)".formatted(measure.written(), Values.SHARES));
    }
    if (!isShare && fields.has("on")) {
      fields.wrong("on", "'on' with %s, which needs no split".formatted(measure.written()));
    }
    if (!isShare && fields.has("drop")) {
      fields.wrong(
          "drop",
          "'drop' with %s (expected: one of %s)".formatted(measure.written(), Values.COMPARED));
    }
    if (fields.has("drop") && !compared.equals(List.of(Variant.FP32, Variant.INT8))) {
      fields.wrong("drop", "'drop' compares other variants (expected: [fp32, int8])");
    }
  }

  private static Optional<Bound> bound(Fields fields) {
    if (fields.has("at-least") == fields.has("at-most")) {
      fields.wrong(
          "at-most",
          "%s of 'at-least' and 'at-most' (expected: one)"
              .formatted(fields.has("at-most") ? "both" : "none"));
      return Optional.empty();
    }
    return Optional.of(fields.has("at-least") ? Bound.AT_LEAST : Bound.AT_MOST);
  }

  private static Function<String, Double> limit(Measure measure, boolean drop) {
    return switch (measure.unit()) {
      case "ms" -> Values::millis;
      case "MiB" -> Values::mebibytes;
      default -> drop ? Values::drop : Values.share(0, 1);
    };
  }
}
