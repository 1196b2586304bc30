package dev.fovea.teamfile;

import dev.fovea.kernel.Name;
import dev.fovea.teamfile.ReleaseSpec.PruneSpec;
import dev.fovea.teamfile.ReleaseSpec.SearchSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads {@code release.quantize.search}: what is tried, and what is chosen of it. */
final class SearchReader {
  private SearchReader() {}

  static Optional<SearchSpec> read(Fields fields, Supplier<Optional<PruneSpec>> pruning) {
    var budget = fields.required("budget", Values.positiveDrop());
    var images = fields.optional("images", SearchSpec.DEFAULT_IMAGES, Values.integer(32, 10_000));
    var prefer =
        fields.optional(
            "prefer", SearchSpec.Preference.FASTEST, Values.oneOf(SearchSpec.Preference.class));
    var prune = pruning.get();
    var device =
        fields.optional("device", Optional.<Name>empty(), text -> Optional.of(new Name(text)));
    return budget.isEmpty()
            || images.isEmpty()
            || prefer.isEmpty()
            || device.isEmpty()
            || (fields.has("prune") && prune.isEmpty())
        ? Optional.empty()
        : Optional.of(
            new SearchSpec(budget.get(), images.get(), prefer.get(), prune, device.get()));
  }

  static Optional<PruneSpec> prune(Fields fields) {
    if (!fields.has("structured") && !fields.has("magnitude")) {
      fields.wrong(
          "structured",
          "none of 'structured' and 'magnitude' in prune (expected: one or both, such as structured:"
              + " [10%, 20%])");
      return Optional.empty();
    }
    var structured = shares(fields, "structured");
    var magnitude = shares(fields, "magnitude");
    return structured.isEmpty() || magnitude.isEmpty()
        ? Optional.empty()
        : Optional.of(new PruneSpec(structured.get(), magnitude.get()));
  }

  private static Optional<List<Integer>> shares(Fields fields, String key) {
    var shares =
        fields.list(
            key, List.of(), PruneSpec.MOST_SHARES, Values.percentAtMost(PruneSpec.MOST_PERCENT));
    boolean wrong =
        shares
            .filter(each ->
                (fields.has(key) && each.isEmpty())
                    || !each.equals(each.stream().sorted().distinct().toList()))
            .isPresent();
    if (wrong) {
      fields.wrong(
          key, "'%s': %s (expected: one or more, rising)".formatted(key, shares.orElse(List.of())));
      return Optional.empty();
    }
    return shares;
  }
}
