package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import java.util.Optional;

/**
 * One labelled image of a dataset version.
 *
 * @param path inside the dataset folder, with {@code /}
 * @param image the object that holds its bytes
 * @param md5 the MD5 of the same bytes, 32 lower-case hex digits: DVC's name for it
 * @param bytes its length
 * @param label the class
 * @param split {@code train}, {@code val} or {@code test}
 * @param slice a part of the data that is looked at on its own, such as {@code night}; empty where
 *     none was named
 */
public record Sample(
    String path,
    Digest image,
    String md5,
    long bytes,
    String label,
    String split,
    Optional<String> slice) {}
