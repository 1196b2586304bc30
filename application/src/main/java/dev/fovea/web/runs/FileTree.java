package dev.fovea.web.runs;

import dev.fovea.registry.RunFiles.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Files in their folders.
 *
 * @param name the folder's own; empty for the root
 * @param folders by name
 * @param files those directly in it, with paths
 */
record FileTree(String name, List<FileTree> folders, List<File> files) {
  /** Folders deeper than this are shown by their path. */
  private static final int MOST_DEPTH = 6;

  /** Puts files into folders. */
  static FileTree of(List<File> files) {
    return folder("", "", files, 0);
  }

  private static FileTree folder(String name, String prefix, List<File> files, int depth) {
    var direct = new ArrayList<File>();
    var below = new LinkedHashMap<String, List<File>>();
    for (var file : files) {
      int slash = file.path().indexOf('/', prefix.length());
      if (slash < 0 || depth == MOST_DEPTH) {
        direct.add(file);
      } else {
        below
            .computeIfAbsent(file.path().substring(prefix.length(), slash), _ -> new ArrayList<>())
            .add(file);
      }
    }
    return new FileTree(
        name,
        below.entrySet().stream()
            .map(entry ->
                folder(entry.getKey(), prefix + entry.getKey() + "/", entry.getValue(), depth + 1))
            .toList(),
        direct);
  }

  /** How many files are in it and below. */
  public int count() {
    return files.size() + folders.stream().mapToInt(FileTree::count).sum();
  }
}
