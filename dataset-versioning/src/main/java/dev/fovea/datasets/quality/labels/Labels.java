package dev.fovea.datasets.quality.labels;

import java.util.List;
import java.util.Set;

/**
 * What the labels of a dataset say.
 *
 * @param images that can be held against their files
 * @param named every path that the labels name, also of those that cannot
 * @param classes in the order of the label files; empty where these have no list
 * @param ofObjects whether the classes are those of objects, so that an image without a label is
 *     background
 */
public record Labels(
    List<LabelledFile> images, Set<String> named, List<String> classes, boolean ofObjects) {}
