package dev.fovea.datasets;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An immutable version of a dataset, tied to the commit that brought it.
 *
 * @param digest of its {@link Manifest}
 * @param number counts the dataset's versions from 1
 * @param commit the first commit that held it
 * @param branch the branch it was pushed to
 * @param dvc DVC's own name of it: 32 hex digits and {@code .dir}
 * @param classes the labels in the order of the model's outputs
 * @param images how many
 * @param splits how many images each split has
 * @param parent the version before it on that branch
 * @param added images that the parent does not have
 * @param removed images that only the parent has
 * @param relabelled images in both, with another label
 * @param author who committed it
 */
public record DatasetVersion(
    Name project,
    Name dataset,
    Digest digest,
    int number,
    GitCommit commit,
    String branch,
    String dvc,
    List<String> classes,
    int images,
    ByteSize bytes,
    Map<String, Integer> splits,
    Optional<Digest> parent,
    int added,
    int removed,
    int relabelled,
    String author,
    Instant at) {}
