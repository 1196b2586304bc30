package dev.fovea.teamfile;

import dev.fovea.teamfile.Gate.Measure;
import dev.fovea.teamfile.Sweep.Kind;
import java.util.List;
import java.util.Optional;

/** Reads the fault that a gate's measure is taken under. */
final class SweepReader {
  private SweepReader() {}

  /** Absent where the measure has none; a mistake where the keys say otherwise. */
  static Optional<Sweep> read(Fields fields, Measure measure) {
    if (!measure.underFault()) {
      refuse(fields, "sweep", measure);
      refuse(fields, "range", measure);
      return Optional.empty();
    }
    if (fields.has("drop")) {
      fields.wrong(
          "drop",
          "'drop' with %s (expected: 'of: fp32' or 'of: int8', one gate each)"
              .formatted(measure.written()));
    }
    if (fields.has("at-most")) {
      fields.wrong(
          "at-most",
          "'at-most' with %s (expected: 'at-least', which holds over the whole range)"
              .formatted(measure.written()));
    }
    var kind = fields.required("sweep", Values.oneOf(Kind.class));
    fields.required("range");
    return kind.flatMap(which -> range(fields, which));
  }

  private static void refuse(Fields fields, String key, Measure measure) {
    if (fields.has(key)) {
      fields.wrong(
          key,
          "'%s' with %s (expected: with accuracy-under or map-under alone)"
              .formatted(key, measure.written()));
    }
  }

  private static Optional<Sweep> range(Fields fields, Kind kind) {
    var ends = fields.list("range", List.of(), 2, Values.strength(kind)).orElse(List.of());
    if (ends.size() == 2 && ends.getFirst() < ends.getLast()) {
      return Optional.of(new Sweep(kind, ends.getFirst(), ends.getLast()));
    }
    if (ends.size() == 2) {
      fields.wrong(
          "range",
          "'range' from %s to %s (expected: the smaller end first)"
              .formatted(Values.shown(kind, ends.getFirst()), Values.shown(kind, ends.getLast())));
    } else if (ends.size() == 1) {
      fields.wrong("range", "'range' has one end (expected: [FROM, TO])");
    }
    return Optional.empty();
  }
}
