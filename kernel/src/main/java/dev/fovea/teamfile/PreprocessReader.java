package dev.fovea.teamfile;

import dev.fovea.teamfile.PreprocessSpec.Colour;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Reads {@code release.preprocess}: how an image becomes a model's input. */
final class PreprocessReader {
  private PreprocessReader() {}

  static Optional<PreprocessSpec> read(Fields fields) {
    fields.optional("layout", "nchw", Values.exactly("nchw"));
    var resize = fields.required("resize", Values.oneOf(PreprocessSpec.Resize.class));
    var colour = fields.required("colour", Values.oneOf(Colour.class));
    var scale = fields.required("scale", Values::factor);
    fields.required("size");
    var size = fields.list("size", List.of(), 2, Values.integer(1, 8_192));
    size.filter(sides -> fields.has("size") && sides.size() != 2)
        .ifPresent(_ ->
            fields.wrong(
                "size", "'size' has one side or none (expected: [width, height] in pixels)"));
    var channels = colour.map(Colour::channels).orElse(0);
    var mean = fields.list("mean", Collections.nCopies(channels, 0.0), 3, Values.number(-1e6, 1e6));
    var std = fields.list("std", Collections.nCopies(channels, 1.0), 3, Values::factor);
    checkChannels(fields, "mean", mean, colour);
    checkChannels(fields, "std", std, colour);
    var whole =
        resize.isPresent()
            && scale.isPresent()
            && size.filter(sides -> sides.size() == 2).isPresent()
            && colour.isPresent()
            && mean.filter(values -> values.size() == channels).isPresent()
            && std.filter(values -> values.size() == channels).isPresent();
    return whole
        ? Optional.of(
            new PreprocessSpec(
                resize.get(),
                size.get().getFirst(),
                size.get().getLast(),
                colour.get(),
                scale.get(),
                mean.get(),
                std.get()))
        : Optional.empty();
  }

  private static void checkChannels(
      Fields fields, String key, Optional<List<Double>> values, Optional<Colour> colour) {
    if (values.isPresent()
        && colour.isPresent()
        && values.get().size() != colour.get().channels()) {
      fields.wrong(
          key,
          "'%s' has %d values (expected: %d, one a channel of %s)"
              .formatted(
                  key, values.get().size(), colour.get().channels(), Values.written(colour.get())));
    }
  }
}
