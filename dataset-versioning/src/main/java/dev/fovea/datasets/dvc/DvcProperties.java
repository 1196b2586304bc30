package dev.fovea.datasets.dvc;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What {@code dvc push} may bring.
 *
 * @param maxObject the largest file
 * @param maxDirectory the largest {@code .dir} object
 * @param maxFiles how many files a folder may have
 */
@ConfigurationProperties("fovea.datasets.dvc")
public record DvcProperties(
    @DefaultValue("2GB") DataSize maxObject,
    @DefaultValue("128MB") DataSize maxDirectory,
    @DefaultValue("1000000") int maxFiles) {}
