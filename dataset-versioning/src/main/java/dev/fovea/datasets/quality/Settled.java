package dev.fovea.datasets.quality;

import dev.fovea.kernel.Digest;
import java.util.List;
import java.util.Optional;

/**
 * What a dataset was before the commit that is checked.
 *
 * @param classes those of its newest version, for where the team's file names none
 * @param parent the version that the next one is compared with; absent where no branch has one
 */
public record Settled(List<String> classes, Optional<Digest> parent) {
  static final Settled NOTHING = new Settled(List.of(), Optional.empty());
}
