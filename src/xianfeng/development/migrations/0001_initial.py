import django.core.validators
import django.db.models.deletion
import xianfeng.core.clock
import xianfeng.core.uids
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Road',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('next_step', models.PositiveSmallIntegerField(default=1, editable=False, null=True, verbose_name='next step')),
                ('due_step', models.PositiveSmallIntegerField(editable=False, null=True)),
                ('due_on', models.DateField(editable=False, null=True, verbose_name='by')),
                ('gaps', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='steps left out')),
                ('added_at', models.DateTimeField(default=xianfeng.core.clock.now, editable=False)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='road', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'road to membership',
                'verbose_name_plural': 'roads to membership',
                'ordering': ['person'],
                'indexes': [models.Index(fields=['due_on'], name='road_due')],
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('code', models.CharField(max_length=30, verbose_name='paper')),
                ('road', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='development.road', verbose_name='road to membership')),
            ],
            options={
                'verbose_name': 'paper of development',
                'verbose_name_plural': 'papers of development',
                'ordering': ['road', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('road', 'code'), name='development_paper_once')],
            },
        ),
        migrations.CreateModel(
            name='Helper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('contact', 'contact person'), ('introducer', 'introducer')], max_length=10, verbose_name='kind')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('road', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='helpers', to='development.road', verbose_name='road to membership')),
            ],
            options={
                'verbose_name': 'contact person or introducer',
                'verbose_name_plural': 'contact persons and introducers',
                'ordering': ['road', 'kind', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('road', 'kind', 'person'), name='development_helper_once')],
            },
        ),
        migrations.CreateModel(
            name='Examination',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('held_on', models.DateField(verbose_name='examined on')),
                ('result', models.CharField(choices=[('good', 'good, to be educated further'), ('mature', 'basically meets the requirements'), ('weak', 'to be educated more closely'), ('unfit', 'no longer an activist')], max_length=10, verbose_name='result')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('taken_back_at', models.DateTimeField(editable=False, null=True, verbose_name='taken back at')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('road', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='examinations', to='development.road', verbose_name='road to membership')),
            ],
            options={
                'verbose_name': 'examination',
                'verbose_name_plural': 'examinations',
                'ordering': ['road', 'held_on'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('taken_back_at', None)), fields=('road', 'held_on'), name='development_examined_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='StepRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('step', models.PositiveSmallIntegerField(verbose_name='step')),
                ('done_on', models.DateField(verbose_name='done on')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='document number')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('notice_from', models.DateField(blank=True, null=True, verbose_name='public notice from')),
                ('notice_to', models.DateField(blank=True, null=True, verbose_name='public notice to')),
                ('days', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.5')), django.core.validators.MaxValueValidator(Decimal('365'))], verbose_name='days of training')),
                ('hours', models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.5')), django.core.validators.MaxValueValidator(Decimal('1000'))], verbose_name='hours of training')),
                ('due', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='voters due')),
                ('present', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='voters present')),
                ('in_favour', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='votes in favour')),
                ('effective_on', models.DateField(blank=True, null=True, verbose_name='full member from')),
                ('extends_by', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='extended by months')),
                ('recorded_at', models.DateTimeField(default=xianfeng.core.clock.now, editable=False, verbose_name='recorded at')),
                ('taken_back_at', models.DateTimeField(editable=False, null=True, verbose_name='taken back at')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('road', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='development.road', verbose_name='road to membership')),
            ],
            options={
                'verbose_name': 'step of development',
                'verbose_name_plural': 'steps of development',
                'ordering': ['road', 'step', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('extends_by', None), ('taken_back_at', None)), fields=('road', 'step'), name='development_step_once'), models.UniqueConstraint(condition=models.Q(('extends_by__isnull', False), ('taken_back_at', None)), fields=('road',), name='development_extended_once'), models.CheckConstraint(condition=models.Q(('step__gte', 1), ('step__lte', 25)), name='development_step_exists'), models.CheckConstraint(condition=models.Q(('extends_by', None), models.Q(('extends_by__gte', 6), ('extends_by__lte', 12), ('step', 23)), _connector='OR'), name='development_extension_half_a_year_to_one'), models.CheckConstraint(condition=models.Q(('notice_from', None), ('notice_to', None), ('notice_to__gte', models.F('notice_from')), _connector='OR'), name='development_notice_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('present', None), ('due', None), ('present__lte', models.F('due')), _connector='OR'), models.Q(('in_favour', None), ('present', None), ('in_favour__lte', models.F('present')), _connector='OR')), name='development_votes_of_those_present')],
            },
        ),
    ]
