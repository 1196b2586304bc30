package dev.fovea.dvc.tree;

import dev.fovea.dvc.Naming;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which links count as the files that they lead to: those that stay in the repository, outside of
 * what Git and DVC keep there for themselves; and those to an object of the cache, wherever the
 * cache lies, as {@code cache.type = symlink} makes them.
 */
public final class FollowedLinks {
  private static final Pattern OBJECT = Pattern.compile("[0-9a-f]{2}/[0-9a-f]{30}");
  private static final Set<Path> OWN = Set.of(Path.of(".git"), Path.of(".dvc"));

  private final Naming naming;
  private final Path root;
  private final Path cache;

  public FollowedLinks(WorkingCopy copy) {
    this(copy.naming(), copy.root(), copy.cacheFolder());
  }

  private FollowedLinks(Naming naming, Path root, Path cache) {
    this.naming = naming;
    this.root = root;
    this.cache = cache;
  }

  /** Those of a folder that is no working copy, and so has no cache. */
  static FollowedLinks within(Path repository) {
    return new FollowedLinks(Naming.MD5, repository, repository.resolve(".dvc").resolve("cache"));
  }

  /**
   * What the file system says of the file that a link leads to.
   *
   * @param relative the link's path, for people
   * @throws WorkProblem when the link leads nowhere or to where none may
   */
  BasicFileAttributes follow(Path link, String relative) throws IOException {
    requireAllowed(link, relative);
    return Files.readAttributes(link, BasicFileAttributes.class);
  }

  /**
   * @throws WorkProblem when the link leads nowhere or to where none may
   */
  void requireAllowed(Path link, String relative) throws IOException {
    if (!Files.exists(link)) {
      throw toNothing(link, relative);
    }
    var real = link.toRealPath();
    for (var each : Naming.values()) {
      if (object(link, each).isPresent()) {
        return;
      }
    }
    boolean inside = real.startsWith(root);
    boolean own = inside && isOwn(root.relativize(real));
    if (own || Files.exists(cache) && real.startsWith(cache.toRealPath())) {
      throw new WorkProblem(
          "'%s' is a link to what Git and DVC keep for themselves, %s"
              .formatted(Text.excerpt(relative), real),
          "remove the link");
    }
    if (!inside) {
      throw new WorkProblem(
          "'%s' is a link out of the repository, to %s"
              .formatted(Text.excerpt(relative), Files.readSymbolicLink(link)),
          "copy the file into the folder");
    }
  }

  /** The MD5 that names the object which a link leads to; absent where it leads elsewhere. */
  public Optional<String> object(Path link) throws IOException {
    return object(link, naming);
  }

  /**
   * The same of a link that leads to the object itself. One that leads there by way of another is
   * somebody's own, and stays when the other becomes another kind.
   */
  Optional<String> ownObject(Path link) throws IOException {
    return Files.isSymbolicLink(link.resolveSibling(Files.readSymbolicLink(link)))
        ? Optional.empty()
        : object(link);
  }

  private Optional<String> object(Path link, Naming naming) throws IOException {
    var objects = ObjectCache.objects(cache, naming);
    if (!Files.exists(objects) || !Files.exists(link)) {
      return Optional.empty();
    }
    var top = objects.toRealPath();
    var real = link.toRealPath();
    if (!real.startsWith(top)) {
      return Optional.empty();
    }
    var name = top.relativize(real).toString().replace('\\', '/');
    return OBJECT.matcher(name).matches() ? Optional.of(name.replace("/", "")) : Optional.empty();
  }

  /**
   * Of what a link leads to, where that is an object, the bytes must be those that it is named by.
   *
   * @param md5 of the bytes
   * @throws WorkProblem when the object is damaged: somebody wrote to it through the link
   */
  void requireSound(Path link, String relative, String md5) throws IOException {
    var object = object(link);
    if (object.isPresent() && !object.get().equals(md5)) {
      throw new WorkProblem(
          "'%s' is a link to an object of the cache that was written to: its bytes have the MD5 %s (expected: %s)"
              .formatted(Text.excerpt(relative), md5, object.get()),
          "run fovea dataset unprotect on the file or its folder, which keeps what was written and takes the damaged object out of the cache; then repeat");
    }
  }

  private Path objects() {
    return ObjectCache.objects(cache, naming);
  }

  private static boolean isOwn(Path path) {
    for (var name : path) {
      if (OWN.contains(name)) {
        return true;
      }
    }
    return false;
  }

  private WorkProblem toNothing(Path link, String relative) throws IOException {
    var target = link.resolveSibling(Files.readSymbolicLink(link)).normalize();
    return target.startsWith(objects())
        ? new WorkProblem(
            "'%s' is a link to an object that the cache lacks, %s"
                .formatted(Text.excerpt(relative), target),
            "run: fovea dataset pull; or remove the link")
        : new WorkProblem(
            "'%s' is a link to nothing".formatted(Text.excerpt(relative)),
            "remove the link, or make what it leads to");
  }
}
