"""Code that Lambda runs as it stands here; CloudFormation carries it in the template."""
