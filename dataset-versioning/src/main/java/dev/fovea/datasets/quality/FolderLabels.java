package dev.fovea.datasets.quality;

import dev.fovea.datasets.dvc.DvcObjects.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Labels by place: {@code split/class/file}, as torchvision's ImageFolder has them. */
final class FolderLabels implements LabelFormat {
  private static final int SEGMENTS = 3;

  @Override
  public Optional<String> labelFile() {
    return Optional.empty();
  }

  @Override
  public List<LabelledFile> read(String folder, Map<String, Stored> files, Findings findings) {
    var labels = new ArrayList<LabelledFile>();
    for (var path : files.keySet().stream().sorted().toList()) {
      var segments = path.split("/", -1);
      if (segments.length == SEGMENTS) {
        labels.add(new LabelledFile(path, segments[1], segments[0], Optional.empty(), path, 0));
      }
    }
    return labels;
  }
}
