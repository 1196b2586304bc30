package dev.fovea.labels.cvat;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Classes;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.LabelClass.Joint;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.xml.XmlCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** The {@code labels} in {@code meta}: classes, their attributes' kinds, and keypoints. */
final class CvatLabels {
  private static final Pattern JOINT =
      Pattern.compile(
          "<line [^>]*?data-node-from=\"(\\d{1,4})\" [^>]*?data-node-to=\"(\\d{1,4})\"");
  private static final int MAX_LABELS = 100_000;

  private final Map<String, LabelClass> classes = new LinkedHashMap<>();
  private final Map<String, List<String>> keypoints = new HashMap<>();
  private final Map<List<String>, String> kinds = new HashMap<>();

  /** Reads one {@code label} element. */
  void add(XmlCursor xml) throws IOException, LabelMistake {
    if (classes.size() + keypoints.size() == MAX_LABELS) {
      throw xml.mistake("more than %d labels".formatted(MAX_LABELS));
    }
    var found =
        new Object() {
          String name = "";
          String parent = "";
          String svg = "";
          Map<String, String> attributes = new LinkedHashMap<>();
        };
    xml.children(tag -> {
      switch (tag) {
        case "name" -> found.name = xml.text();
        case "parent" -> found.parent = xml.text();
        case "svg" -> found.svg = xml.text();
        case "attributes" -> xml.children(_ -> addAttribute(xml, found.attributes));
        default -> {}
      }
    });
    if (!found.parent.isEmpty()) {
      keypoints.computeIfAbsent(found.parent, _ -> new ArrayList<>()).add(found.name);
      return;
    }
    found.attributes.forEach((name, kind) -> kinds.put(List.of(found.name, name), kind));
    var label = new LabelClass(found.name, OptionalLong.empty(), "", List.of(), joints(found.svg));
    if (classes.putIfAbsent(found.name, label) != null) {
      throw xml.mistake(
          "the label '%s' twice (expected: each once)".formatted(Text.excerpt(found.name)));
    }
  }

  private static void addAttribute(XmlCursor xml, Map<String, String> attributes)
      throws IOException, LabelMistake {
    var found =
        new Object() {
          String name = "";
          String kind = "";
        };
    xml.children(tag -> {
      switch (tag) {
        case "name" -> found.name = xml.text();
        case "input_type" -> found.kind = xml.text().strip();
        default -> {}
      }
    });
    attributes.put(found.name, found.kind);
  }

  private static List<Joint> joints(String svg) {
    var joints = new ArrayList<Joint>();
    var matcher = JOINT.matcher(svg);
    while (matcher.find()) {
      joints.add(
          new Joint(
              Integer.parseInt(matcher.group(1)) - 1, Integer.parseInt(matcher.group(2)) - 1));
    }
    return joints;
  }

  Classes classes() {
    return new Classes(
        classes.values().stream()
            .map(each -> each.withKeypoints(keypoints(each.name()), each.skeleton()))
            .toList());
  }

  boolean has(String label) {
    return classes.containsKey(label);
  }

  /** The names of a class's keypoints, in the order of the file. */
  List<String> keypoints(String label) {
    return keypoints.getOrDefault(label, List.of());
  }

  /** An attribute's value as what its label says it is. */
  Object value(String label, String name, String text) {
    var kind = kinds.getOrDefault(List.of(label, name), "text");
    if (kind.equals("checkbox") && (text.equals("true") || text.equals("false"))) {
      return text.equals("true");
    }
    if (kind.equals("number")) {
      try {
        if (text.matches("-?\\d{1,18}")) {
          return Long.parseLong(text);
        }
        double value = Double.parseDouble(text);
        return Double.isFinite(value) ? (Object) value : text;
      } catch (NumberFormatException _) {
        return text;
      }
    }
    return text;
  }
}
