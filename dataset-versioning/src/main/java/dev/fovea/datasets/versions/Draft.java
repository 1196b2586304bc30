package dev.fovea.datasets.versions;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.datasets.quality.GateReport.Checked;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a dataset will be when its commit is recorded.
 *
 * @param digest of the manifest, which is stored
 * @param parent the version before it on its branch, or on the main branch where its branch is new
 * @param before the parent's manifest; without samples where there is none
 */
record Draft(
    Checked checked, Digest digest, Optional<Digest> parent, Manifest before, ManifestDiff diff) {
  DatasetVersion version(
      Name project, int number, GitCommit commit, String branch, String author, Instant at) {
    var samples = checked.manifest().samples();
    Map<String, Integer> splits =
        samples.stream()
            .collect(
                Collectors.groupingBy(Sample::split, TreeMap::new, Collectors.summingInt(_ -> 1)));
    return new DatasetVersion(
        project,
        checked.dataset(),
        digest,
        number,
        commit,
        branch,
        checked.file().directory(),
        checked.manifest().classes(),
        samples.size(),
        ByteSize.of(samples.stream().mapToLong(Sample::bytes).sum()),
        splits,
        parent,
        diff.added().size(),
        diff.removed().size(),
        diff.relabelled().size(),
        author,
        at);
  }
}
