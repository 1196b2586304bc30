package dev.fovea.lab;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** The hardware lab. */
@HttpExchange("/api/v1/lab")
public interface Lab {
  /** All devices, by name. */
  @GetExchange("/devices")
  List<Device> devices();

  /** One device. */
  @GetExchange("/devices/{name}")
  Device device(@PathVariable("name") Name name) throws NoSuchThing;

  /** A device's latest profiles, newest first, at most 100. */
  @GetExchange("/devices/{name}/profiles")
  List<Profile> profiles(@PathVariable("name") Name name) throws NoSuchThing;

  /** Asks for a profile and returns at once; {@link ProfileFinished} tells when it is there. */
  @PostExchange("/jobs")
  ProfileJob request(@RequestBody ProfileRequest request) throws NoSuchThing, InvalidRequest;

  /** Where a job stands. */
  @GetExchange("/jobs/{id}")
  ProfileJob job(@PathVariable("id") Digest id) throws NoSuchThing;

  /**
   * What to measure.
   *
   * @param project whom it is for
   * @param device a device's name, or a label: then any device that has it measures
   * @param model an ONNX file in the object store
   * @param input the shape of the input, batch included
   * @param warmUp inferences to throw away, 0 to 10,000
   * @param samples inferences to keep, 50 to 100,000
   */
  record ProfileRequest(
      Name project, Name device, Digest model, List<Long> input, int warmUp, int samples) {}
}
