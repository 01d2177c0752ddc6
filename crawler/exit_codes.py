"""What a spider's process ends with. Plain, so that whoever starts it need not load Scrapy."""

EXIT_COMPLETE, EXIT_ERROR, EXIT_STOPPED, EXIT_DISK_FULL = 0, 1, 3, 4
#: the database stayed away: no page is to blame
EXIT_NO_DATABASE = 5
