package dev.fovea.cli.imports.mlflow.stored;

import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.cli.imports.source.Tree;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The folders in which artifacts are looked for. What a store says about where its artifacts are is
 * only a hint, since whoever wrote it may name any file of this machine: a place counts when it is
 * in one of these folders, or when its last names are.
 */
public final class ArtifactFolders {
  private static final Pattern SCHEME =
      Pattern.compile("(?<scheme>[a-z][a-z0-9+.-]+):(?://[^/]*)?(?<path>/?.*)");

  private final List<Tree> trees;
  private final boolean wanted;
  private final boolean named;
  private final Remarks remarks;

  private ArtifactFolders(List<Tree> trees, boolean wanted, boolean named, Remarks remarks) {
    this.trees = trees;
    this.wanted = wanted;
    this.named = named;
    this.remarks = remarks;
  }

  /**
   * Looks into folders.
   *
   * @param named whether a person named them, and so says that all artifacts are there
   */
  public static ArtifactFolders of(List<Path> folders, boolean named, Remarks remarks)
      throws IOException {
    var trees = new ArrayList<Tree>();
    for (var folder : folders) {
      trees.add(new Tree(folder, remarks));
    }
    return new ArtifactFolders(trees, true, named, remarks);
  }

  /** Nobody wants artifacts. */
  public static ArtifactFolders none(Remarks remarks) {
    return new ArtifactFolders(List.of(), false, false, remarks);
  }

  /**
   * The files at a place.
   *
   * @param uri as the store writes it
   * @param owner the id of the run or logged model, which the place must name
   */
  public List<SourceFile> files(String uri, String owner) throws IOException {
    if (!wanted || uri.isEmpty()) {
      return List.of();
    }
    var matcher = SCHEME.matcher(uri);
    var scheme = matcher.matches() ? matcher.group("scheme") : "file";
    var path = matcher.matches() ? matcher.group("path") : uri;
    var names = names(path);
    if (!names.contains(owner)) {
      remarks.fault(
          "the artifacts of %s are at '%s', which does not name it: they are not read"
              .formatted(Text.excerpt(owner), Text.excerpt(uri)));
      return List.of();
    }
    for (var tree : trees) {
      var folder = find(tree, path, names, owner);
      if (folder.isPresent()) {
        return tree.sourceFiles(folder.get());
      }
    }
    if (!named && !isCovered(scheme, path, names, owner)) {
      remarks.fault(
          "artifacts at '%s' are in no folder that was named: name it with --artifacts, or leave them with --no-artifacts"
              .formatted(Text.excerpt(uri.substring(0, uri.indexOf(owner)))));
    }
    return List.of();
  }

  /** Whether what is missing was looked for in the right folder, so that there is just nothing. */
  private boolean isCovered(String scheme, String path, List<String> names, String owner) {
    if (!scheme.equals("file")) {
      return false;
    }
    for (var tree : trees) {
      if (!path.startsWith("/")
          || local(path).filter(each -> each.startsWith(tree.root())).isPresent()) {
        return true;
      }
      for (var name : names.subList(0, names.lastIndexOf(owner))) {
        if (tree.isFolder(tree.root().resolve(name))) {
          return true;
        }
      }
    }
    return false;
  }

  private static Optional<Path> find(Tree tree, String path, List<String> names, String owner)
      throws IOException {
    var itself = local(path);
    if (itself.isPresent() && itself.get().isAbsolute()) {
      var inside = tree.inside(itself.get());
      if (inside.isPresent() && tree.isFolder(inside.get())) {
        return inside;
      }
    }
    // The store may have been moved here: then the end of the path is as it was.
    for (int from = 0; from <= names.lastIndexOf(owner); from++) {
      var moved = tree.root();
      for (var name : names.subList(from, names.size())) {
        moved = moved.resolve(name);
      }
      var inside = tree.inside(moved);
      if (inside.isPresent() && tree.isFolder(inside.get())) {
        return inside;
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> local(String path) {
    try {
      return Optional.of(Path.of(path).normalize());
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  private static List<String> names(String path) {
    var names = new ArrayList<String>();
    for (var name : path.split("/", -1)) {
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return names.contains("..") || path.indexOf('\\') >= 0 || path.indexOf('\0') >= 0
        ? List.of()
        : names;
  }
}
