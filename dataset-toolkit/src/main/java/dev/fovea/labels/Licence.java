package dev.fovea.labels;

/**
 * Under what images may be used.
 *
 * @param number that the source gives it
 * @param extras what the source says of it, such as its name and where its text is; none where an
 *     image names a number that the source does not explain
 */
public record Licence(long number, Extras extras) {}
