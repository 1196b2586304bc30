package dev.fovea.dvc.history;

/**
 * A {@code .dvc} file of a commit that can't be read: what it tracked there is not known.
 *
 * @param commit digits of it
 * @param path of the file, from the working copy's root
 * @param why the file, the line, and what is wrong there
 */
public record Unreadable(String commit, String path, String why) {}
