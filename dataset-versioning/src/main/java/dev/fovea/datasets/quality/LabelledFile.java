package dev.fovea.datasets.quality;

import java.util.Optional;

/**
 * A file that a dataset says something about.
 *
 * @param path inside the dataset folder
 * @param slice a part of the data; absent where none was named
 * @param source the file that says so, inside the dataset folder
 * @param line in that file, from 1; 0 where its place says so
 */
record LabelledFile(
    String path, String label, String split, Optional<String> slice, String source, int line) {}
