package dev.fovea.teamfile;

import dev.fovea.teamfile.PreprocessSpec.Resize;
import dev.fovea.teamfile.TilesSpec.Match;
import dev.fovea.teamfile.TilesSpec.Merge;
import java.util.List;
import java.util.Optional;

/** Reads the tiles that a detector sees, and whether they go with the preprocessing. */
final class TilesReader {
  private TilesReader() {}

  /**
   * @param confidence below which the detector's detections are dropped, on which the way to merge
   *     them depends where the file does not say it
   */
  static Optional<TilesSpec> read(Fields fields, double confidence) {
    boolean isSure = confidence >= TilesSpec.SURE_ENOUGH;
    fields.required("size");
    var size =
        fields.list(
            "size", List.of(), 2, Values.integer(TilesSpec.LEAST_SIDE, TilesSpec.LARGEST_SIDE));
    size.filter(sides -> fields.has("size") && sides.size() != 2)
        .ifPresent(_ ->
            fields.wrong(
                "size", "'size' has one side or none (expected: [width, height] in pixels)"));
    var overlap =
        fields.optional(
            "overlap", TilesSpec.DEFAULT_OVERLAP, Values.share(0, TilesSpec.MOST_OVERLAP));
    var whole = fields.optional("whole", true, Values::yesOrNo);
    var merge =
        fields.optional("merge", isSure ? Merge.GREEDY_NMM : Merge.NMS, Values.oneOf(Merge.class));
    var match = fields.optional("match", isSure ? Match.IOS : Match.IOU, Values.oneOf(Match.class));
    var threshold =
        fields.optional(
            "threshold", TilesSpec.DEFAULT_THRESHOLD, Values.share(TilesSpec.LEAST_THRESHOLD, 1));
    return size.filter(sides -> sides.size() == 2).isEmpty()
            || overlap.isEmpty()
            || whole.isEmpty()
            || merge.isEmpty()
            || match.isEmpty()
            || threshold.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new TilesSpec(
                size.get().getFirst(),
                size.get().getLast(),
                overlap.get(),
                whole.get(),
                merge.get(),
                match.get(),
                threshold.get()));
  }

  /** What stands against seeing these tiles through this preprocessing. */
  static Optional<String> mistake(TilesSpec tiles, PreprocessSpec preprocess) {
    if (preprocess.resize() != Resize.NONE) {
      return Optional.empty();
    }
    if (tiles.width() != preprocess.width() || tiles.height() != preprocess.height()) {
      return Optional.of(
          "'tiles' of %d x %d px with 'resize: none' and 'size: [%d, %d]' (expected: tiles of that size, or 'resize: letterbox')"
              .formatted(tiles.width(), tiles.height(), preprocess.width(), preprocess.height()));
    }
    return tiles.whole()
        ? Optional.of(
            "'tiles' with 'resize: none', by which no whole image fits (expected: 'whole: false' in tiles, or 'resize: letterbox')")
        : Optional.empty();
  }
}
