"""What the steps of action.yml run: `python -I -m action.NAME`, from gate's own folder, never from the checkout."""
