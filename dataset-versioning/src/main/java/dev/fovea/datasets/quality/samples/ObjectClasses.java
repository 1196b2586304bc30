package dev.fovea.datasets.quality.samples;

import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.datasets.quality.labels.ClassList;
import dev.fovea.datasets.quality.labels.LabelledFile;
import dev.fovea.kernel.Text;
import dev.fovea.teamfile.DatasetSpec.Check;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Leaves out the objects of classes that do not exist, and says so once for each class. */
final class ObjectClasses {
  private final PushedFolder folder;
  private final ClassList classes;
  private final Map<String, Boolean> known = new HashMap<>();
  private final Map<String, Strays> strays = new TreeMap<>();

  private static final class Strays {
    private final String example;
    private int objects;
    private int images;
    private String last = "";

    Strays(String example) {
      this.example = example;
    }

    void add(String image) {
      objects++;
      images += last.equals(image) ? 0 : 1;
      last = image;
    }
  }

  ObjectClasses(PushedFolder folder, ClassList classes) {
    this.folder = folder;
    this.classes = classes;
  }

  /** The same images with the objects whose classes exist. */
  List<LabelledFile> known(List<LabelledFile> images) {
    var kept = images.stream().map(this::known).toList();
    strays.forEach(this::find);
    return kept;
  }

  private LabelledFile known(LabelledFile image) {
    if (image.objects().stream().allMatch(object -> isKnown(object.label()))) {
      return image;
    }
    return image.withObjects(
        image.objects().stream().filter(object -> isKnown(object, image.path())).toList());
  }

  private boolean isKnown(LabelledObject object, String image) {
    boolean fine = isKnown(object.label());
    if (!fine) {
      strays.computeIfAbsent(object.label(), _ -> new Strays(image)).add(image);
    }
    return fine;
  }

  private boolean isKnown(String label) {
    return known.computeIfAbsent(label, _ -> classes.has(label) && ClassList.isWord(label));
  }

  private void find(String label, Strays found) {
    var text =
        "class '%s' of %d objects in %d images, such as %s, "
            .formatted(Text.excerpt(label), found.objects, found.images, found.example);
    if (ClassList.isWord(label)) {
      folder.find(Check.UNKNOWN_CLASS, "", 0, text + classes.fault(label));
    } else {
      folder.refuse("", 0, "labels", text + "has no usable name " + ClassList.wordExpected());
    }
  }
}
