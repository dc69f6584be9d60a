"""From pixels to text: segmentation, reading, and the pipeline in which they meet."""
