# <solution>
FROM prefecthq/prefect:3.8.8-python3.11
# </solution>
# <starter> # 1. Name the course's version: its tag is on the page on images.
# <starter> FROM prefecthq/prefect:latest
WORKDIR /opt/morning

# <starter> # 2. Copy and install the wheel first. The flow changes more often.
# <starter> COPY . .
# <starter> RUN pip install --no-cache-dir ./pricewatch-1.0.0-py3-none-any.whl
# <solution>
COPY pricewatch-1.0.0-py3-none-any.whl .
RUN pip install --no-cache-dir ./pricewatch-1.0.0-py3-none-any.whl
COPY morning.py .
# </solution>

# <starter> # 3. Whoever has the image has this token. Take it out.
# <starter> ENV SHOP_TOKEN=sneakers-272
# <starter>
# <starter> # 4. As whom does this run? Make a user for it.
# <starter>
# <starter> # 5. Write the command as a list: Ctrl+C is for Python, not for a shell.
# <starter> CMD python morning.py
# <solution>
RUN useradd --create-home --uid 10001 watcher
USER 10001

CMD ["python", "morning.py"]
# </solution>
