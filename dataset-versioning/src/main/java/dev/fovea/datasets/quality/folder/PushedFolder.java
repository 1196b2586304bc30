package dev.fovea.datasets.quality.folder;

import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.teamfile.DatasetSpec;
import dev.fovea.teamfile.DatasetSpec.Check;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The folder of one dataset as a commit has it, and where findings about it go. Files are named by
 * their paths in it.
 *
 * @param path in the repository
 * @param md5s DVC's name of each file
 * @param files those that Fovea has
 */
public record PushedFolder(
    String path,
    DatasetSpec spec,
    Map<String, String> md5s,
    Map<String, Stored> files,
    Findings findings) {
  private static final Set<String> IMAGE_SUFFIXES =
      Set.of("png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff");

  /** Refuses the push, whatever the policy. */
  public void refuse(String file, int line, String check, String text) {
    findings.refuse(place(file), line, check, text);
  }

  /** Refuses, warns or says nothing, as the team's file says. */
  public void find(Check check, String file, int line, String text) {
    findings.add(spec, check, place(file), line, text);
  }

  /** A file's path in the repository; that of the folder for an empty one. */
  private String place(String file) {
    return file.isEmpty() ? path : path + "/" + file;
  }

  /** Whether a file calls itself an image. */
  public static boolean isImage(String file) {
    var suffix = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return file.contains(".") && IMAGE_SUFFIXES.contains(suffix);
  }
}
